/** The owners' portal starts: the page says who is signed in and in which language. */
import { createApp } from "vue";
import "element-plus/theme-chalk/base.css";
import "element-plus/theme-chalk/el-button.css";
import "element-plus/theme-chalk/el-checkbox.css";
import "element-plus/theme-chalk/el-input.css";
import "element-plus/theme-chalk/el-option.css";
import "element-plus/theme-chalk/el-option-group.css";
import "element-plus/theme-chalk/el-popper.css";
import "element-plus/theme-chalk/el-scrollbar.css";
import "element-plus/theme-chalk/el-select.css";
import "element-plus/theme-chalk/el-skeleton.css";
import "element-plus/theme-chalk/el-skeleton-item.css";
import "element-plus/theme-chalk/el-tag.css";
import "leaflet/dist/leaflet.css";
import "./owners.css";
import { asLanguage, language } from "../shared/language";
import App from "./App.vue";

const root = document.getElementById("app");
if (root) {
  language.value = asLanguage(document.documentElement.lang) ?? "zh-Hans";
  const { user = "", csrf = "", logo = "" } = root.dataset;
  createApp(App, { user, csrf, logo }).mount(root);
}
