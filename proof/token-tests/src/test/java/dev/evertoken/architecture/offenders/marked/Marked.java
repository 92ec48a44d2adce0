package dev.evertoken.architecture.offenders.marked;

interface Marked {}
