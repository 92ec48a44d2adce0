package dev.evertoken.spi.store;

import dev.evertoken.spi.Timekeeper;

/**
 * What a store is told when it is opened from a location. Immutable.
 *
 * @param namespace the application; part of every storage key
 * @param environment the stage; kept in the records, so that a copied store is recognised
 * @param time the clock of the engine that the store belongs to
 */
public record StoreContext(String namespace, String environment, Timekeeper time) {}
