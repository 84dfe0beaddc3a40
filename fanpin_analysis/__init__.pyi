from .analysis.back_testing import back_test as back_test
from .analysis.checking import check as check
from .analysis.checking import tables_beside as tables_beside
from .analysis.clue_matching import match_clues as match_clues
from .analysis.contradictions import stability_contradictions as stability_contradictions
from .analysis.decline import decline_noise as decline_noise
from .analysis.decline import declining_income as declining_income
from .analysis.households import absent_from_ledger as absent_from_ledger
from .analysis.households import describe as describe
from .analysis.households import find_household as find_household
from .analysis.households import matched_clues as matched_clues
from .analysis.income import income_accounts as income_accounts
from .analysis.income import income_stability as income_stability
from .analysis.look_back import look_back as look_back
from .analysis.look_back import no_labour as no_labour
from .analysis.look_back import support_audit as support_audit
from .analysis.poverty import chronic_transient as chronic_transient
from .analysis.poverty import poverty_indices as poverty_indices
from .analysis.screening import count_groups as count_groups
from .analysis.screening import explain as explain
from .analysis.screening import screen as screen
from .analysis.screening import summarise as summarise
from .analysis.sentences import reasons as reasons
from .analysis.suggestion import margins as margins
from .analysis.suggestion import suggest as suggest
from .analysis.suggestion import trace as trace
from .analysis.what_if import curve as curve
from .analysis.what_if import what_if as what_if
from .deliverables.tabulation import cells_of as cells_of
from .deliverables.tabulation import households_behind as households_behind
from .deliverables.tabulation import identities as identities
from .deliverables.tabulation import tabulate as tabulate
from .deliverables.village_annex import choose_villages as choose_villages
from .deliverables.village_annex import save_annex1 as save_annex1
from .deliverables.workbook_forms import write_annex1 as write_annex1
from .deliverables.workbook_forms import write_ledger as write_ledger
from .deliverables.working_papers import count_findings as count_findings
from .errors import FanpinError as FanpinError
from .intake.accounts import sheet_accounts as sheet_accounts
from .intake.reading import Intake as Intake
from .intake.reading import read as read
from .intake.tracing import source_cells as source_cells
from .pipeline import Result as Result
from .pipeline import analyse as analyse
from .pipeline import write_all as write_all
from .policy.in_force import Policy as Policy
from .policy.in_force import load_policy as load_policy
from .policy.masking import mask as mask
from .samples import sample_folder as sample_folder
from .views.charts import answers_by_village as answers_by_village
from .views.charts import count_curve as count_curve
from .views.charts import visits_by_village as visits_by_village
from .views.dictionary import dictionary as dictionary
from .views.panels import AnnexPanel as AnnexPanel
from .views.tables import annex_table as annex_table
from .views.tables import household_table as household_table
from .views.tables import identity_lights as identity_lights
from .views.tables import labelled as labelled
from .views.tables import method_notes as method_notes
from .views.tables import sentence as sentence

__all__ = [
    "AnnexPanel",
    "FanpinError",
    "Intake",
    "Policy",
    "Result",
    "absent_from_ledger",
    "analyse",
    "annex_table",
    "answers_by_village",
    "back_test",
    "cells_of",
    "check",
    "choose_villages",
    "chronic_transient",
    "count_curve",
    "count_findings",
    "count_groups",
    "curve",
    "decline_noise",
    "declining_income",
    "describe",
    "dictionary",
    "explain",
    "find_household",
    "household_table",
    "households_behind",
    "identities",
    "identity_lights",
    "income_accounts",
    "income_stability",
    "labelled",
    "load_policy",
    "look_back",
    "margins",
    "mask",
    "match_clues",
    "matched_clues",
    "method_notes",
    "no_labour",
    "poverty_indices",
    "read",
    "reasons",
    "sample_folder",
    "save_annex1",
    "screen",
    "sentence",
    "sheet_accounts",
    "source_cells",
    "stability_contradictions",
    "suggest",
    "summarise",
    "support_audit",
    "tables_beside",
    "tabulate",
    "trace",
    "visits_by_village",
    "what_if",
    "write_all",
    "write_annex1",
    "write_ledger",
]
