"""Domains of mail that belong to no company."""

from __future__ import annotations

FREE_MAIL_DOMAINS = tuple(
    "aol.com bluewin.ch btinternet.com comcast.net fastmail.com free.fr freenet.de gmail.com gmx.at "
    "gmx.ch gmx.com gmx.de gmx.net googlemail.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr "
    "hotmail.it icloud.com laposte.net libero.it live.com live.de live.nl mac.com mail.com mail.ru "
    "me.com msn.com naver.com o2.pl orange.fr outlook.com outlook.de outlook.es outlook.fr "
    "pm.me proton.me protonmail.com qq.com rediffmail.com rocketmail.com seznam.cz sfr.fr "
    "sina.com t-online.de terra.com.br tutanota.com uol.com.br verizon.net virgilio.it wanadoo.fr "
    "web.de wp.pl yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.es "
    "yahoo.fr yahoo.it yandex.ru ymail.com ziggo.nl zoho.com 126.com 163.com".split()
)
"""Providers whose addresses say nothing about a company."""
