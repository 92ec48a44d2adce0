package dev.evertoken.architecture.offenders.layers.store;

/** Stands in a wrong place. Thread-safe. */
public interface StoreRoom {}
