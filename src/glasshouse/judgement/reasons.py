"""Reason codes and missing facts: closed lists, each with the sentence a person reads."""

from __future__ import annotations

from glasshouse.model.text import Message

__all__ = ["MISSING", "REASONS", "missing_fact"]

# code -> what it says; the codes are the vocabulary of the interfaces
REASONS: dict[str, Message] = {
    "ACQUIRED_AFTER_CUTOFF": Message.of("the unit was acquired after the date from which the rule bars it"),
    "ACT_NOT_COVERED": Message.of("the rule is in force and binds the role, but not for this act"),
    "ADVISORY_ONLY": Message.of("the text only encourages or asks to consider"),
    "AFFILIATE_AT_DATE": Message.of("the maker was owned or controlled by a named entity on the date that counts"),
    "AFFILIATE_SCOPE_UNKNOWN": Message.of(
        "the maker belongs to a named group and the text does not say whether affiliates are reached"
    ),
    "APPROVED_EXCEPTION": Message.of("an approval on file allows it, on conditions"),
    "AWARD_DATE_BEFORE_RULE": Message.of("the award predates the rule and later amendments may pull it in"),
    "AWARD_FUNDS": Message.of("federal award money pays for it"),
    "BEYOND_KNOWLEDGE_DATE": Message.of("as_of lies after the day up to which the rules are known"),
    "CERTIFICATE_HELD": Message.of("the required certificate is on file"),
    "CERTIFICATE_UNKNOWN": Message.of("a certificate decides and nothing is known about it"),
    "COMPONENT_EXCLUDED": Message.of("the rule leaves components out"),
    "COMPONENT_LISTED_GROUP": Message.of("a component comes from a named entity or its group"),
    "COMPONENT_RULE_PROPOSED_ONLY": Message.of("a rule on this kind of component is only proposed"),
    "COMPONENT_SCOPE_UNKNOWN": Message.of("the text does not say whether components count"),
    "COMPONENT_UNKNOWN": Message.of("the maker of a decisive component is unknown or weakly shown"),
    "CONDITION_NOT_MET": Message.of("a condition under which the rule applies is not met"),
    "CONFIDENTIAL_DECISION": Message.of("a decision existed but was not public on known_at"),
    "CONTROL_UNCLEAR": Message.of(
        "someone else owns or runs the equipment; whether that is use by the bound body is open"
    ),
    "COVERED_LIST": Message.of("the equipment is on the FCC Covered List"),
    "COVERED_MODULE_IN_HOST": Message.of("the host contains a modular transmitter from a named entity"),
    "DECISIVE_DATE_UNKNOWN": Message.of("a date on which the outcome turns is unknown"),
    "DECISIVE_FACT_UNKNOWN": Message.of("a fact on which the outcome turns is unknown"),
    "DEFINITION_VACATED": Message.of("the definition that would classify this purpose was struck and not replaced"),
    "DOD_ENTITY_PROHIBITION": Message.of("defense departments may not contract with this listed entity"),
    "EFFECTIVE_DAY_UNKNOWN": Message.of("as_of falls into the window in which the rule may or may not have started"),
    "ENTITY_NAMED": Message.of("the maker is named by the rule"),
    "ENTITY_NOT_NAMED": Message.of("the maker is not named by the rule, nor an affiliate of a named one"),
    "ENTRY_AFTER_2024": Message.of(
        "the list entry is younger than the ones that the limit on earlier authorisations reaches"
    ),
    "EVIDENCE_CONFLICT": Message.of("evidence about the maker contradicts itself"),
    "EXEMPTION_LAPSES": Message.of("an exemption ends on or before this date unless extended"),
    "FOCI_ASSESSMENT_DUE": Message.of("a risk assessment of foreign ownership, control or influence must be on file"),
    "FUZZY_MATCH_REJECTED": Message.of("the name only resembles a named one and is another party"),
    "GRANDFATHERED_WITH_CONDITIONS": Message.of("acquired in time; may stay under stated measures"),
    "IDENTITY_NONE": Message.of("the maker is unknown"),
    "IDENTITY_WEAK": Message.of("the maker is only indicated, not shown"),
    "INSTRUMENT_UNSEEN": Message.of("the implementing text is unpublished or was not read"),
    "INTERIM_FREEZE": Message.of("applications were frozen before the rule took effect"),
    "LIST_RESTRICTS_EXPORTS_ONLY": Message.of(
        "the list on which the maker stands limits exports to it, not buying from it"
    ),
    "MAINTENANCE_CONTRACT_CHECK": Message.of(
        "keeping is not barred, but a service contract that uses the device is, at renewal"
    ),
    "MERITS_PENDING": Message.of("a court has not decided on the merits"),
    "MULTI_ROLE": Message.of("duties of several roles add up"),
    "NOT_TELECOM_OR_VIDEO": Message.of("the part is neither telecommunications nor video surveillance equipment"),
    "NOT_YET_IN_FORCE": Message.of("the rule, or the entry for this maker, starts after as_of"),
    "NO_AIRGAP_EXCEPTION": Message.of("isolation from networks is not an exception"),
    "NO_APPROVAL": Message.of("an approval could allow it and there is none"),
    "NO_APPROVED_PLAN": Message.of("the plan without which nothing is authorised has not been approved"),
    "NO_AWARD_FUNDS": Message.of("no federal award money is involved"),
    "NO_CERTIFICATE": Message.of("the required certificate does not exist"),
    "NO_DEBARMENT_FOUND": Message.of("no supplier exclusion of this maker is recorded"),
    "NO_LONGER_IN_FORCE": Message.of("this part of the rule ended before as_of"),
    "NO_PURPOSE_LIMIT": Message.of("this limb applies whatever the purpose"),
    "NO_RULE_FOUND": Message.of(
        "no rule is recorded for this role and maker; absence is reported, not read as permission"
    ),
    "ORDER_IN_FORCE": Message.of("an order directed at this business is in force"),
    "ORDER_SUSPENDED_BY_AGREEMENT": Message.of(
        "the order was not applied under an agreement while a motion was pending"
    ),
    "OUTSIDE_JURISDICTION": Message.of("the rule is not law of this jurisdiction"),
    "OWNERSHIP_ENDED": Message.of(
        "the maker once belonged to a named entity and no longer did on the date that counts"
    ),
    "OWNERSHIP_THRESHOLD": Message.of("the stake is near the threshold that makes an affiliate"),
    "PRC_BRAND": Message.of("the rule reaches any maker from the People's Republic of China"),
    "PRC_NIL_COMPANY": Message.of("the maker is subject to the PRC National Intelligence Law"),
    "PRESS_CONFLICT": Message.of("press reports contradict the primary source"),
    "PREVIOUSLY_AUTHORISED": Message.of("authorised before the ban; the ban leaves it alone at as_of"),
    "PRIOR_AUTH_LIMITED": Message.of("the limit on earlier authorisations now reaches it"),
    "PRODUCED_BY_AFFILIATE_AT_MANUFACTURE": Message.of("when the unit was made, its maker belonged to a named entity"),
    "PRODUCED_BY_LISTED": Message.of("a named entity produced the unit, whatever the brand"),
    "PRODUCER_UNKNOWN": Message.of("the brand does not tell who produced the unit"),
    "PRODUCT_CATEGORY_UNCLEAR": Message.of("it is not clear that the product falls into the categories of the rule"),
    "PROPOSAL_ONLY": Message.of("the text is a proposal without effect"),
    "PURPOSE_CLEAR": Message.of("the purpose is met under any reading of a disputed definition"),
    "PURPOSE_MET": Message.of("the use is one of the purposes that the rule names"),
    "PURPOSE_UNSETTLED": Message.of("whether the purpose words reach this use is unknown or disputed"),
    "REMOVAL_DEADLINE_PASSED": Message.of("it had to be gone by a date before as_of"),
    "ROLE_BOUND": Message.of("the role is bound by the rule"),
    "ROLE_NOT_BOUND": Message.of("the role is not bound by the rule"),
    "ROLE_UNKNOWN": Message.of("the role of the body is unknown"),
    "SERVICE_USES_COVERED": Message.of("the service relies on covered equipment"),
    "SITE_CLASS_UNKNOWN": Message.of("the class of the site decides and is unknown"),
    "SITE_NOT_SENSITIVE": Message.of("the site is outside the class that the rule protects"),
    "SITE_SENSITIVE": Message.of("the site is in the class that the rule protects"),
    "SOURCES_CONFLICT": Message.of("sources disagree on a decisive point"),
    "STATE_RULE_UNVERIFIED": Message.of("a rule of this state is reported but was not verified"),
    "STAY_DENIED": Message.of("a stay was asked for and refused"),
    "SUCCESSOR_BRAND": Message.of("the brand took over the channel of a named entity's former subsidiary"),
    "TELECOM_EQUIPMENT_QUESTION": Message.of("whether a bare part is telecommunications equipment is not settled"),
    "UNVERIFIED_SOURCE": Message.of("a decisive point is only recalled and was not verified in a source"),
    "USE_NOT_AN_ACT": Message.of("the rule does not restrain use"),
    "WAIVER_DNI": Message.of("a waiver of the Director of National Intelligence covers it, on conditions"),
    "WAIVER_EXPIRED": Message.of("the waiver could not or does not last until as_of"),
    "WRONG_REGIME": Message.of("the rule often cited for this maker concerns something else"),
}

# key used by rule files and criteria -> the fact that would settle a doubt
MISSING: dict[str, Message] = {
    "instrument": Message.of("text of the implementing instrument"),
    "removal-deadline": Message.of("removal deadline"),
    "stay-outcome": Message.of("outcome of the stay motion"),
    "agreement-text": Message.of("text of the agreement that suspended the order, and whether it stops the clock"),
    "merits-decision": Message.of("decision on the merits of the court case"),
    "winding-up-days": Message.of("which acts of winding up the order still allows, and until which day"),
    "lease": Message.of("lease terms: who may order the equipment changed"),
    "footage": Message.of("who controls the footage and the equipment"),
    "risk-assessment": Message.of("risk assessment on file"),
    "isolation": Message.of("evidence of isolation from the internet and of disabled functions"),
    "removal-plan": Message.of("removal plan for this unit"),
    "role": Message.of("role of the body that acts"),
    "label": Message.of("label or device information that names the maker"),
    "odm-letter": Message.of("letter of the seller that names the original design manufacturer"),
    "fcc-id": Message.of("grantee of the FCC ID on the label"),
    "producer": Message.of(
        "who produced this unit: label, FCC ID grantee or letter of the original design manufacturer"
    ),
    "made-on": Message.of("day on which the unit was made"),
    "acquired-on": Message.of("day on which the unit was acquired"),
    "authorised-on": Message.of("day on which the model was authorised"),
    "awarded-on": Message.of("day of the award and of its amendments"),
    "award-amendments": Message.of("amendment dates of the award"),
    "award-funds": Message.of("whether federal award money pays for it"),
    "service-contract": Message.of("maintenance or monitoring contracts that use the device, and their renewal dates"),
    "federal-contract": Message.of(
        "whether a federal contract is held, offered, extended or renewed while the use goes on"
    ),
    "purposes": Message.of("purpose of the use"),
    "agency-reading": Message.of("how the contracting agency reads the purpose words"),
    "use-description": Message.of("description of the use"),
    "site-class": Message.of("class of the site"),
    "site-critical": Message.of("whether the site is critical infrastructure itself or only linked to it"),
    "definition": Message.of("definition of critical infrastructure that replaces the one struck"),
    "soc-maker": Message.of("maker of the system on chip"),
    "transmitter-maker": Message.of("maker of the modular transmitter, or that there is none"),
    "component-maker": Message.of("maker of the component"),
    "agency-determination": Message.of(
        "determination of the agency whether a bare part is telecommunications equipment"
    ),
    "component-scope": Message.of("whether the text reaches components"),
    "product-category": Message.of("class of the device"),
    "category-reading": Message.of("whether the text reaches this class of device"),
    "affiliate-scope": Message.of("whether the text reaches affiliates and goods sold under other brands"),
    "ownership": Message.of("proof of who owned the maker on that day"),
    "stake": Message.of("size of the stake and whether it gives control"),
    "country": Message.of("country whose law the maker is subject to"),
    "place-of-production": Message.of("place of production"),
    "effective-day": Message.of("exact day on which the rule took effect"),
    "buyer": Message.of("who the buyer is"),
    "supplier": Message.of("other party to the contract"),
    "certificate": Message.of("certificate of conformity"),
    "list-text": Message.of("text of the list in force on that day"),
    "approval": Message.of("approval on file, its day and its end"),
    "waiver-terms": Message.of("terms and end of the waiver, and who holds it now"),
    "local-law": Message.of("rules of this government that nobody has recorded yet"),
    "later-law": Message.of("law after the day up to which the rules are known"),
    "own-decision": Message.of("decision of the body or of its ministry about this equipment"),
    "state-rule": Message.of("text of the rule of this state"),
    "subsidy": Message.of("whether a federal universal service subsidy pays for it"),
    "verification": Message.of("a source that confirms the recalled point"),
    "content-rules": Message.of("local content class and essential requirements of the tender"),
}


def missing_fact(key: str) -> Message:
    """The fact called `key`; raises KeyError for a key that is not in `MISSING`."""
    return MISSING[key]
