"""The words of states, kinds and roles as they stand in a file, in both languages."""

from grid.handover.models import HandoverState

# The portal tells two things apart where the ledger says nothing: a project that was never handed
# over, and a facility of which nothing at all is on record.
STATES = ("not_handed_over", *HandoverState.values, "none")

_WORDS = {
    "not_handed_over": ("未移交", "not handed over"),
    "draft": ("草拟中", "draft"),
    "applied": ("已申请", "applied"),
    "documents_reviewed": ("资料审查", "documents reviewed"),
    "joint_inspection": ("联合查验", "joint inspection"),
    "rectification": ("整改", "rectification"),
    "reinspection": ("复验", "reinspection"),
    "signed": ("已签署", "signed"),
    "in_warranty": ("质保期", "in warranty"),
    "in_service": ("正式管养", "in service"),
    "refused": ("拒收", "refused"),
    "overdue": ("超期", "overdue"),
    "disputed": ("争议", "disputed"),
    "cancelled": ("已取消", "cancelled"),
    "none": ("无记录", "nothing on record"),
    "kind_signed": ("双方签署", "ordinary"),
    "kind_minutes": ("会议纪要", "by minutes"),
    "kind_de_facto": ("事实移交", "de facto"),
    "condition_intact": ("完好", "intact"),
    "condition_damaged": ("破损", "damaged"),
    "condition_lost": ("丢失", "lost"),
    "condition_abandoned": ("废弃", "abandoned"),
    "condition_removed": ("移除", "removed"),
    "role_owner": ("权属", "owner"),
    "role_maintainer": ("养护", "maintainer"),
    "role_payer": ("付费", "payer"),
    "role_builder": ("建设", "builder"),
}


def words_in(chinese: bool) -> dict[str, str]:
    """Every word in one language."""
    return {word: pair[0 if chinese else 1] for word, pair in _WORDS.items()}
