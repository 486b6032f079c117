"""Texts about nothing in particular: what a small library's passages are compared with.

How near a question lies to a language in general cannot be told from two passages, one of which may
be the answer. The texts are parallel, so that no language is the nearer one by its topics.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.types import Language

REFERENCE: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "The town library opens at nine in the morning and closes at six.",
        "Tenants pay the rent on the first day of each month by bank transfer.",
        "Boil the potatoes for twenty minutes, then peel them while they are warm.",
        "The regional train leaves every half hour from platform four.",
        "Parents are told of the results at the end of the school year.",
        "The museum shows paintings of the nineteenth century and old maps.",
        "An employee gives notice in writing four weeks before leaving.",
        "The river floods the lower fields in most springs.",
        "Water the plants twice a week and keep them out of direct sun.",
        "The match was postponed because of heavy rain.",
        "Two engineers built the first bridge over the valley in 1903.",
        "Luggage that is left behind is kept for thirty days.",
        "The choir meets on Thursday evenings in the parish hall.",
        "A new road joins the harbour and the airport.",
        "The battery of the telephone lasts about two days.",
        "Visitors park behind the building and report at the desk.",
        "The blood pressure was measured three times in each volunteer.",
        "The committee of the sports club is elected for two years.",
        "Prices include tax but not delivery.",
        "Dogs must be kept on a lead in the park.",
        "The novel tells the story of three sisters in a mountain village.",
        "Wheat is sown in autumn and harvested in July.",
        "The software saves a copy of the file every ten minutes.",
        "A licence is needed to fish in the lake.",
    ),
    "zh": (
        "市图书馆上午九点开门，下午六点闭馆。",
        "租户应于每月一日通过银行转账支付房租。",
        "土豆煮二十分钟，趁热去皮。",
        "区间列车每半小时一班，从四号站台发车。",
        "学年结束时向家长通知成绩。",
        "博物馆展出十九世纪的绘画和古地图。",
        "员工离职应提前四周书面通知。",
        "多数年份的春天，河水会淹没低处的田地。",
        "每周浇水两次，避免阳光直射。",
        "因大雨，比赛延期举行。",
        "1903年，两位工程师在山谷上建成了第一座桥。",
        "遗留的行李保管三十天。",
        "合唱团每周四晚上在礼堂排练。",
        "一条新路连接港口和机场。",
        "这部电话的电池可用两天左右。",
        "访客请将车停在楼后，并到前台登记。",
        "每位志愿者测量三次血压。",
        "体育俱乐部的委员会每两年选举一次。",
        "价格含税，不含运费。",
        "在公园里遛狗必须牵绳。",
        "小说讲述了山村里三姐妹的故事。",
        "小麦秋天播种，七月收割。",
        "软件每十分钟保存一份文件副本。",
        "在湖中钓鱼需要许可证。",
    ),
}
