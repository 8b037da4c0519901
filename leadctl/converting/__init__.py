"""A lead becomes contact, account and deal: what would happen, as a plan, and making it so."""

from __future__ import annotations

from leadctl.converting.desk import Desk as Desk
from leadctl.converting.making import Converted as Converted
from leadctl.converting.making import Outcome as Outcome
from leadctl.converting.making import convert as convert
from leadctl.converting.making import convert_several as convert_several
from leadctl.converting.making import look as look
from leadctl.converting.parts import CHOSEN as CHOSEN
from leadctl.converting.parts import NEW as NEW
from leadctl.converting.parts import NONE as NONE
from leadctl.converting.parts import Choices as Choices
from leadctl.converting.parts import Found as Found
from leadctl.converting.parts import Links as Links
from leadctl.converting.parts import Part as Part
from leadctl.converting.parts import Plan as Plan
from leadctl.converting.parts import Row as Row
from leadctl.converting.parts import Terms as Terms
from leadctl.converting.parts import terms as terms
from leadctl.converting.planning import deal_name as deal_name
from leadctl.converting.planning import plan as plan
