/** The app starts: the page says who is signed in and in which language. */
import { createApp } from "vue";
// Style by style: Vant's icon font would be fetched from elsewhere, and we draw our own signs.
import "vant/es/style/base.css";
import "vant/es/button/index.css";
import "vant/es/loading/index.css";
import "vant/es/overlay/index.css";
import "vant/es/popup/index.css";
import "vant/es/dialog/index.css";
import "vant/es/image-preview/index.css";
import "vant/es/pull-refresh/index.css";
import "vant/es/swipe/index.css";
import "vant/es/swipe-item/index.css";
import "leaflet/dist/leaflet.css";
import "./inspector.css";
import "./place/map.css";
import { asLanguage, language } from "../shared/language";
import App from "./App.vue";

const root = document.getElementById("app");
if (root) {
  language.value = asLanguage(document.documentElement.lang) ?? "zh-Hans";
  createApp(App, { user: root.dataset.user ?? "" }).mount(root);
}
