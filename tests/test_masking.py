"""What is personal is hidden wherever it is shown."""

from __future__ import annotations

import pandas as pd
import pytest

from fanpin_analysis.policy.masking import mask, mask_id, mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张**"),
        ("张三丰", "张**"),
        ("欧阳修", "欧阳**"),
        ("阿依·古丽", "阿**·**"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_surname_and_tells_no_length(name, shown):
    """One surname, compound or not, and always two stars."""
    assert mask_name(name) == shown


def test_an_id_keeps_its_first_and_last_character():
    """Six and four digits would tell nearly everyone of a county apart."""
    assert mask_id("439999197001010018") == "4****************8"


def test_a_phone_hides_six_digits():
    """Three in front and two behind."""
    assert mask_phone("19900012345") == "199******45"


@pytest.mark.parametrize(
    "digits", ["19900012345", "199 0001 2345", "１９９０００１２３４５", "439999197001010018"]
)
def test_numbers_in_free_text_are_hidden(digits):
    """Long runs of digits are hidden however they are spelled; short ones stay."""
    hidden = mask_text(f"欠款3000元，联系{digits}")
    assert "欠款3000元，" in hidden
    assert not any(part in hidden for part in ("1990", "4399", "2345"))


def test_a_frame_is_hidden_by_what_its_columns_are_and_findings_by_their_field(policy):
    """The raw value of a finding is hidden as the field that it is about; the frame stays."""
    frame = pd.DataFrame(
        {
            "户主姓名": ["李四", None],
            "字段": ["户主证件号码", "户属性"],
            "原值": ["439999197001010018", "1.监测对象"],
        }
    )
    hidden = mask(frame, policy.vocabulary)
    assert hidden["户主姓名"].tolist()[0] == "李**"
    assert hidden["户主姓名"].isna().tolist() == [False, True]
    assert hidden["原值"].tolist() == ["4****************8", "1.监测对象"]
    assert frame["户主姓名"].tolist()[0] == "李四"
    assert mask(frame[["原值"]], policy.vocabulary)["原值"].tolist() == ["***", "***"]


def test_a_date_is_nobody_s_number():
    """The day of a document stays readable; a phone number beside it does not."""
    assert mask_text("2023-06-02 电话19900012345") == "2023-06-02 电话***********"
