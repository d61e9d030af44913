"""Compiles the rules into the wheel, so that no user's first run has to read YAML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface):  # type: ignore[type-arg] # it has no configuration
    """Fills the folder of compiled rules before a wheel is packed; an editable install reads the checkout's."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the compiled rules to the wheel. Raises `RulesError` when a rule file is wrong."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from migrator.catalog import (
            catalog,
            checklist,
            clients,
            facts,
            findings,
            project,
            sdkmethods,
            sdkrows,
            vocabulary,
        )
        from migrator.catalog.store import COMPILED

        for load in (catalog.load, checklist.guide, facts.facts, findings.finding_rules, vocabulary.vocabulary):
            load()
        project.project_template()
        clients.http_clients("")
        for package in sdkrows.sdks():
            sdkmethods.methods(package)
        folder = COMPILED.relative_to(Path(self.root).resolve()).as_posix()
        build_data["artifacts"].append(f"{folder}/*.json")
