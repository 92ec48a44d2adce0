package dev.evertoken.architecture.offenders.house.store;

/** Stands in a wrong place. Thread-safe. */
public interface Shelf {}
