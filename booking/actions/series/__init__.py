"""Series: looking ahead, publishing, changing, topping up, pausing and ending."""

from booking.actions.series import publishing
from booking.actions.series.changing import change_series, copy_plan, plan_of, plan_to_change
from booking.actions.series.ending import end_series, pause_series, save_draft, throw_draft_away
from booking.actions.series.publishing import ChangedMeanwhile, DatesClash, PlanRefused, publish_series
from booking.actions.series.topping_up import top_up
from booking.queries.changes import Change, preview_change
from booking.queries.previews import Preview, PreviewDate, preview_series
from booking.rules.plans import PlannedQuestion, Problem, SeriesPlan

__all__ = [
    "Change",
    "ChangedMeanwhile",
    "DatesClash",
    "PlanRefused",
    "PlannedQuestion",
    "Preview",
    "PreviewDate",
    "Problem",
    "SeriesPlan",
    "change_series",
    "copy_plan",
    "end_series",
    "pause_series",
    "plan_of",
    "plan_to_change",
    "preview_change",
    "preview_series",
    "publish_series",
    "publishing",
    "save_draft",
    "throw_draft_away",
    "top_up",
]
