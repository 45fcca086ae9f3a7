"""The closed lists of the contract with the words that files use for them."""

LEVELS = {
    "district": ("区县", "区", "县", "市辖区", "county"),
    "subdistrict": ("街道乡镇", "街道", "镇", "乡", "乡镇", "town", "street"),
    "community": ("社区", "村", "社区村", "居委会", "村委会", "village"),
}
ZONES = {"town": ("城区", "城镇", "城市", "urban"), "country": ("农村", "乡村", "rural")}
ORGANIZATION_KINDS = {
    "government": ("政府", "人民政府"),
    "department": ("部门", "委办局", "局"),
    "subdistrict": ("街道乡镇", "街道", "镇", "乡", "乡镇", "街道办", "街道办事处", "镇政府"),
    "community": ("社区", "村", "居委会", "村委会"),
    "enterprise": ("企事业", "企业", "公司", "事业单位", "company"),
    "utility": ("公用事业", "公用企业", "专营单位"),
    "developer": ("建设单位", "开发商", "开发企业", "builder"),
    "property_manager": ("物业", "物业公司", "物业服务企业", "物业管理"),
    "contractor": ("养护作业", "养护单位", "作业单位", "施工队", "crew"),
    "centre": ("指挥中心", "center"),
}
CATEGORY_KINDS = {"facility": ("部件", "设施"), "matter": ("事件", "event")}
ROLES = {
    "maintainer": ("养护", "养护单位", "管养", "管护", "维护"),
    "owner": ("权属", "权属单位", "产权", "产权单位", "所有"),
    "builder": ("建设", "建设单位"),
    "payer": ("付费", "付费单位", "缴费", "电费"),
    "authority": ("主管", "主管部门"),
}
URGENCIES = {"normal": ("一般", "普通"), "urgent": ("紧急", "应急")}
SEVERITIES = {
    "critical": ("一级", "特急", "i", "1"),
    "major": ("二级", "重大", "ii", "2"),
    "ordinary": ("三级", "较大", "iii", "3"),
    "minor": ("四级", "轻微", "iv", "4"),
}
ENDS = {"yes": ("是", "停用", "终止", "true", "1"), "no": ("否", "false", "0")}
STATES = {
    "intact": ("完好", "正常", "ok", "good", "active", "in service", "good condition"),
    "damaged": ("破损", "损坏", "broken"),
    "lost": ("丢失", "缺失", "missing"),
    "abandoned": ("废弃", "停用", "inactive", "retired", "out of service"),
    "removed": ("移除", "拆除", "已拆除"),
}
HANDOVERS = {
    "none": ("无", "未移交", "未申请"),
    "applied": ("已申请", "申请中", "移交中"),
    "signed": ("已移交", "已签署", "已签"),
    "refused": ("拒收", "已拒绝", "拒绝接收"),
    "disputed": ("争议", "有争议", "存在争议"),
}
HANDOVER_STATES = {
    "draft": ("草稿",),
    "applied": ("已申请", "申请中"),
    "documents_reviewed": ("资料已审", "资料审查"),
    "joint_inspection": ("联合查验",),
    "rectification": ("整改", "整改中"),
    "reinspection": ("复验",),
    "signed": ("已签署", "已移交"),
    "in_warranty": ("质保期内", "质保"),
    "in_service": ("正式管养",),
    "refused": ("拒收",),
    "overdue": ("超期未移交", "超期"),
    "disputed": ("争议", "有争议"),
    "cancelled": ("已取消", "取消"),
}
HANDOVER_KINDS = {
    "signed": ("双方签署", "签署", "移交书"),
    "minutes": ("会议纪要", "纪要"),
    "de_facto": ("事实移交", "de facto"),
}
DAY_KINDS = {
    "work": ("工作日", "上班", "workday", "调休", "补班"),
    "rest": ("休息日", "休息", "放假", "节假日", "holiday", "off"),
}
ONEWAY = {
    "yes": (
        "1",
        "true",
        "是",
        "单行",
        "单向",
        "one way",
        "one-way",
        "one way (digitizing direction)",
    ),
    "no": ("0", "false", "否", "双向", "two way", "two-way", "none", "alternating", "reversible"),
    "reverse": ("-1", "反向", "逆向", "one way (against digitizing direction)"),
}
# What a basis calls a piece of ground, as regular expressions (first match counts, else a plain area).
GROUND_KINDS = {
    "demarcation": r"(?<![a-z])demarcation(?![a-z])|分界点|产权分界",
    "agreement": r"^(agreement|协议)$|(border|boundary) agreement|界路协议|边界协议|分界协议",
    "red_line": r"(?<![a-z])(red[ _-]?line|(?<!real )estate|site)s?(?![a-z])|红线|小区|工地",
}
CHANNELS = (
    "phone web email sms wechat open311 patrol meeting file upstream other".split()  # noqa: SIM905
)
