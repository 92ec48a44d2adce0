package dev.evertoken.architecture.offenders.house.okhttp;

/** Stands in a wrong place. Thread-safe. */
public interface Plugin {}
