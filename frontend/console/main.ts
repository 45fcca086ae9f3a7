/** The console starts: the page says who is signed in and in which language. */
import { createApp } from "vue";
import "./console.css";
import { asLanguage, language } from "../shared/language";
import App from "./App.vue";

const root = document.getElementById("app");
if (root) {
  language.value = asLanguage(document.documentElement.lang) ?? "zh-Hans";
  const { user = "", csrf = "", logo = "" } = root.dataset;
  createApp(App, { user, csrf, logo }).mount(root);
}
