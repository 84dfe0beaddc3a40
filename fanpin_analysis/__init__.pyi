from .analysis.checking import check as check
from .analysis.screening import explain as explain
from .analysis.screening import screen as screen
from .analysis.screening import summarise as summarise
from .deliverables.tabulation import cells_of as cells_of
from .deliverables.tabulation import households_behind as households_behind
from .deliverables.tabulation import identities as identities
from .deliverables.tabulation import tabulate as tabulate
from .deliverables.workbook_forms import write_annex1 as write_annex1
from .deliverables.workbook_forms import write_ledger as write_ledger
from .errors import FanpinError as FanpinError
from .intake.accounts import sheet_accounts as sheet_accounts
from .intake.households import join_households as join_households
from .intake.reading import Intake as Intake
from .intake.reading import read as read
from .pipeline import Result as Result
from .pipeline import analyse as analyse
from .pipeline import write_all as write_all
from .policy.in_force import Policy as Policy
from .policy.in_force import load_policy as load_policy
from .policy.masking import mask as mask
from .samples import sample_folder as sample_folder

__all__ = [
    "FanpinError",
    "Intake",
    "Policy",
    "Result",
    "analyse",
    "cells_of",
    "check",
    "explain",
    "households_behind",
    "identities",
    "join_households",
    "load_policy",
    "mask",
    "read",
    "sample_folder",
    "screen",
    "sheet_accounts",
    "summarise",
    "tabulate",
    "write_all",
    "write_annex1",
    "write_ledger",
]
