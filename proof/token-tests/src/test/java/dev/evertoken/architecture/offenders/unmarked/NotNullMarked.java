package dev.evertoken.architecture.offenders.unmarked;

interface NotNullMarked {}
