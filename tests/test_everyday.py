"""Everyday words in the words of rules and records."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.everyday import reword
from assistant.retrieval.query import plain_query
from tests import strategies


@pytest.mark.parametrize(
    ("text", "formal"),
    [
        ("who started the alliance", "who founded the alliance"),
        ("When was the alliance set up?", "When was the alliance founded?"),
        ("Can they throw a company out?", "Can they expel a company ?"),
        ("I told it over the phone.", "I told it orally."),
        ("may I tape the working group", "may I make a recording of the working group"),
        ("谁创办了联盟", "联盟由谁发起成立"),
        ("联盟是谁创办的？", "联盟由谁发起成立？"),
        ("联盟什么时候创立的？", "联盟何时成立的？"),
        ("会不会被踢出去？", "会不会被除名？"),
        ("Does my clinic's approval matter?", "Does employer clearance matter?"),
        ("who decides if a proposal gets accepted", "who recommends the result of the review of proposal"),
        ("要领导先点头吗", "要单位核查吗"),
        ("what if they say no?", "what if the idea is declined?"),
        ("who gets to see it", "who may see it"),
        ("没通过怎么办", "不予采纳怎么办"),
        ("迟交怎么办", "逾期未缴怎么办"),
        ("谁牵的头", "由谁共同发起"),
        ("谁能牵头工作组", "谁能牵头工作组"),
        ("Is there a submission fee?", "Is there a submission and review are free of charge, fee?"),
        ("Can I leave the Alliance?", "Can I withdraw from the Alliance, withdrawal of a member?"),
        ("Need an NDA first?", "Need an confidentiality agreement first?"),
        ("How do I apply for a patent?", "How do I apply for a patent?"),
        ("Which idea did she leave out?", "Which idea did she leave out?"),
        ("how long before we hear back", "how long does the review take until the decision letter"),
        ("How long until the trial ends?", "How long until the trial ends?"),
        ("不交会怎么样", "逾期未缴会费，中止会员资格会怎么样"),
        ("有个点子", "有个创意"),
        (
            "We make stents. can we join?",
            "how a company joins that develops, makes or sells devices, who can join?",
        ),
        (
            "Who reviews my idea?",
            "who are the reviewers: reviewers assigned by name by the Scientific Committee read a disclosure?",
        ),
        ("We want to leave. What do we need to do?", "how do we leave?"),
        ("We want to leave. Who decides?", "We want to leave. Who decides?"),
        ("What happens after the form is submitted?", "What happens after the form is submitted?"),
        ("He does not want to leave. What do I do?", "He does not want to leave. What do I do?"),
        ("想加入，要怎么做？", "怎样加入联盟，新会员入会的步骤？"),
        ("Who reads the forms that companies send in?", "Who reads companies' forms?"),
        ("Who reads the forms we send in?", "Who reads the forms we send in?"),
        ("医生提交的创意谁评分？", "医生的创意谁评审人就六项标准打分？"),
        ("Where is the annual meeting held?", "place and form of the General Assembly, calendar of events?"),
        ("How do I contact you?", "how to contact the Alliance, write to the Secretariat?"),
        ("Can a student submit an idea?", "who may submit: members and non-members submit an idea?"),
        ("What is the head of the bronchoscope?", "What is the head of the bronchoscope?"),
        ("We make stents. Who tests them?", "We make stents. Who tests them?"),
        ("年会在哪里开？", "全体会员大会召开的地点，活动日历？"),
        ("今年会费多少", "今年会费多少"),
        ("在全国年会上讲过", "在全国年会上讲过"),
        ("我们是做导管的，能加入吗？", "开发、生产、销售器械的企业怎样入会，企业入会条件吗？"),
        ("谁来评审我的创意？", "评审人由科学委员会点名指派，谁进行科学评审？"),
        ("我这个 idea 能投吗", "我这个创意 能投吗"),
        ("怎么退会？", "会员退出联盟，书面通知？"),
        ("不交会费会怎么样", "逾期未缴会费，中止会员资格会怎么样"),
        ("会费交到哪个账户", "会费交到哪个账户"),
        ("Who founded the Alliance?", "Who founded the Alliance?"),
        ("Which tape closes the wound?", "Which tape closes the wound?"),
        ("When did the review start to matter for us?", "When did the review start to matter for us?"),
    ],
)
def test_reword(text: str, formal: str) -> None:
    assert reword(text) == formal


@given(strategies.lines)
def test_a_question_is_searched_in_its_own_words_first(text: str) -> None:
    parts = plain_query(text).meaning_parts
    assert parts[0] == (text, 1.0)
    assert len(parts) == (1 if reword(text) == text else 2)
