"""The token goes to its own server, by git's environment, and nowhere else."""

from __future__ import annotations

import base64

import pytest

from autograder.collect.access import Access
from autograder.errors import CollectError

TOKEN = "canary-token-4711"
PAIR = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


def settings(environment: dict[str, str]) -> dict[str, str]:
    count = int(environment["GIT_CONFIG_COUNT"])
    return {
        environment[f"GIT_CONFIG_KEY_{n}"]: environment[f"GIT_CONFIG_VALUE_{n}"]
        for n in range(count)
    }


def test_git_gets_it_as_a_header_for_its_server_alone():
    access = Access("https://github.com", TOKEN)
    found = settings(access.environment("https://github.com/c/a", "/home"))
    header = f"Authorization: Basic {PAIR}"
    assert found["http.https://github.com/.extraheader"] == header
    assert found["http.followRedirects"] == "false"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com.evil.example/c/a",
        "https://evil.example/https://github.com/",
        "http://github.com/c/a",
        "git@github.com:c/a",
        "/srv/a.git",
    ],
)
def test_no_other_address_gets_it(url):
    found = Access("https://github.com", TOKEN).environment(url, "/home")
    assert not any(TOKEN in value or PAIR in value for value in found.values())


def test_what_else_is_in_our_environment_stays_here(monkeypatch):
    monkeypatch.setenv("AUTOGRADER_GIT_TOKEN", TOKEN)
    monkeypatch.setenv("AUTOGRADER_SEED", "canary")
    monkeypatch.setenv("GIT_SSH_COMMAND", "id")
    access = Access.from_environment("https://github.com/")
    assert access == Access("https://github.com", TOKEN)
    found = access.environment("https://elsewhere.example/a", "/home")
    assert not {"AUTOGRADER_GIT_TOKEN", "AUTOGRADER_SEED", "GIT_SSH_COMMAND"} & {*found}


def test_nobody_sees_it_by_accident():
    assert TOKEN not in repr(Access("https://github.com", TOKEN))


@pytest.mark.parametrize(
    ("url", "protocol"),
    [
        ("https://github.com/c/a", "https"),
        ("ssh://git@github.com/c/a", "ssh"),
        ("git@github.com:c/a", "ssh"),
        ("/srv/a.git", "file"),
    ],
)
def test_only_the_addresss_own_protocol_is_spoken(url, protocol):
    found = Access("https://github.com").environment(url, "/home")
    assert found["GIT_ALLOW_PROTOCOL"] == protocol


def test_a_token_is_not_sent_in_clear():
    with pytest.raises(CollectError) as caught:
        Access("http://git.example.org", TOKEN)
    assert str(caught.value) == (
        "http://git.example.org: tokens are sent by https only. Write https://."
    )


@pytest.mark.parametrize("server", ["github.com", "file:///srv", ""])
def test_a_server_is_an_address(server):
    with pytest.raises(CollectError, match=r"is not a server address\. Write it like"):
        Access(server)


def test_a_token_is_one_word():
    with pytest.raises(CollectError, match="AUTOGRADER_GIT_TOKEN holds no token"):
        Access("https://github.com", "one\ntwo")
