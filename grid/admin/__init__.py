"""The administrator's pages: people and bodies by audited acts; the ground and the trail to read."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from core.models import AuditEntry, User
from grid.admin import ground, people
from grid.admin.reading import ReadOnly
from grid.admin.words import call, many
from grid.areas.models import GridEdition
from grid.catalogue.models import CatalogueEdition, Category, Duty
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.models import City, GroundVersion
from grid.handover.models import Handover
from grid.organizations.models import Membership, Organization
from grid.ownership.models import OwnershipArea

__all__ = ["ReadOnly", "call", "ground", "many", "people"]

admin.site.site_header = _("点灯人 · 管理")
admin.site.site_title = _("点灯人")
admin.site.index_title = _("账号、单位与记录")
for stranger in (Group, AuthToken):  # roles are memberships; tokens are shown to nobody
    if admin.site.is_registered(stranger):
        admin.site.unregister(stranger)

call(User, _("账号"), many("账号"))
call(AuditEntry, _("审计记录"), many("审计记录"))
call(City, _("城市"), many("城市"))
call(GroundVersion, _("底册版本"), many("底册版本"))
call(GridEdition, _("网格版次"), many("网格版次"))
call(CatalogueEdition, _("权责清单版次"), many("权责清单版次"))
call(Category, _("类别"), many("类别"))
call(Duty, _("权责清单事项"), many("权责清单事项"))
call(Facility, _("部件"), many("部件"))
call(FacilityRecord, _("部件登记"), many("部件登记"))
call(Handover, _("移交"), many("移交"))
call(OwnershipArea, _("权属范围"), many("权属范围"))
call(Organization, _("单位"), many("单位"))
call(Membership, _("角色"), many("角色"))
