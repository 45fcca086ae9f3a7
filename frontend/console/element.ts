/** What Element Plus draws with; comes with the first part that uses it, not with the page. */
import "element-plus/theme-chalk/base.css";
import "element-plus/theme-chalk/el-button.css";
import "element-plus/theme-chalk/el-checkbox.css";
import "element-plus/theme-chalk/el-input.css";
import "element-plus/theme-chalk/el-option-group.css";
import "element-plus/theme-chalk/el-option.css";
import "element-plus/theme-chalk/el-popper.css";
import "element-plus/theme-chalk/el-radio-button.css";
import "element-plus/theme-chalk/el-radio-group.css";
import "element-plus/theme-chalk/el-radio.css";
import "element-plus/theme-chalk/el-scrollbar.css";
import "element-plus/theme-chalk/el-select.css";
import "element-plus/theme-chalk/el-skeleton-item.css";
import "element-plus/theme-chalk/el-skeleton.css";
import "element-plus/theme-chalk/el-tag.css";
