"""Tests of the scanner of block headers, on valid, unusual and hostile files."""

from __future__ import annotations

import pytest

from auditor.whatif.terraform.blocks import Block, blocks

RULES = ("resource", "tencentcloud_security_group_rule_set", "web")
NET = ("module", "net")
HOSTILE = r"""# resource "tencentcloud_security_group_rule_set" "web" {
// resource "tencentcloud_security_group_rule_set" "web" {
/* resource "tencentcloud_security_group_rule_set" "web" {
*/
locals {
  text = "} resource \"tencentcloud_security_group_rule_set\" \"web\" { ${join("}", [for x in ["{"] : "${x} {"])}"
  kept = "$${ %%{ # no comment"
  note = <<-EOT
    resource "tencentcloud_security_group_rule_set" "web" {
    ${jsonencode({ a = "}" })}
    EOT is not alone here
    " { /*
  EOT
  all = [
    {},
  ]
}
output "web" { value = 1 }
variable = resource
  resource "tencentcloud_security_group_rule_set" /* the shop */ "web" { # here
  dynamic "resource" {
  }
}
module net {
  source = "./net"
}
"""


def of(text: str, path: str = "main.tf") -> list[tuple[int, tuple[str, ...]]]:
    """Lines and words of the blocks."""
    return [(block.line, block.labels) for block in blocks(path, text)]


def test_block_has_the_words_and_the_line_of_its_header() -> None:
    text = 'resource "tencentcloud_vpc" "blue" {\n}\n\n\nmodule "net" {\n}\n'
    assert blocks("main.tf", text) == (
        Block(labels=("resource", "tencentcloud_vpc", "blue"), line=1),
        Block(labels=("module", "net"), line=5),
    )


def test_comments_strings_heredocs_and_nested_blocks_are_not_headers() -> None:
    assert of(HOSTILE) == [(20, RULES), (24, NET)]


def test_lines_are_the_same_with_carriage_returns() -> None:
    assert of(HOSTILE.replace("\n", "\r\n")) == [(20, RULES), (24, NET)]


@pytest.mark.parametrize(
    "end",
    [
        "/* ",
        'a = "',
        'a = "${',
        "a = [",
        "a {",
        "a = <<EOT\n",
        "a = <<EOT\n EOTX\n",
        'a = "x\n"',
    ],
)
def test_file_that_ends_inside_something_has_no_blocks(end: str) -> None:
    assert of(f'module "net" {{\n}}\n{end}') == []


@pytest.mark.parametrize(
    "header",
    [
        'resource "a" {',
        'resource "a" "b" "c" {',
        'resource "a${1}" "b" {',
        "resource = {",
        '"resource" "a" "b" {',
        'resource "a"\n"b" {',
        'provider "a" {',
    ],
)
def test_other_headers_are_not_blocks(header: str) -> None:
    assert of(f'{header}\n}}\nmodule "net" {{\n}}\n')[-1][1] == NET
    assert len(of(f'{header}\n}}\nmodule "net" {{\n}}\n')) == 1


def test_heredoc_marker_ends_the_file() -> None:
    assert of('module "net" {\n}\nx = <<EOT\nmodule "b" {\nEOT') == [(1, NET)]


def test_json_file_has_the_lines_of_its_keys() -> None:
    text = """{
  "//": {"resource": {"tencentcloud_vpc": {"no": {}}}},
  "resource": [
    {"tencentcloud_vpc": {"blue": {"name": "} \\" {", "resource": {"a": {"b": {}}}},
                          "green":
                            [{}]}},
    {"tencentcloud_subnet": [{"a": {}}, {"b": {}}]}
  ],
  "module": {
    "net": {"source": "./net"}
  }
}
"""
    assert of(text, "net.tf.json") == [
        (4, ("resource", "tencentcloud_vpc", "blue")),
        (5, ("resource", "tencentcloud_vpc", "green")),
        (7, ("resource", "tencentcloud_subnet", "a")),
        (7, ("resource", "tencentcloud_subnet", "b")),
        (10, NET),
    ]


@pytest.mark.parametrize("text", ["", "[]", "[[", '{"module": {"net": {}}', '{"module": {"net": {}, "net": {}}}', "1"])
def test_json_file_that_is_not_an_object_of_blocks_has_none(text: str) -> None:
    assert of(text, "net.tf.json") == []


def test_many_openings_are_scanned_once() -> None:
    for text in ('"${' * 20_000, "/*" * 50_000, "<<A\n" * 20_000, "{" * 50_000, "resource " * 20_000):
        assert of(text) == []
