package dev.evertoken.spi.store;

import dev.evertoken.spi.Timekeeper;

/**
 * The parameters for opening a store by its location. Immutable.
 *
 * @param namespace the application; part of every storage key
 * @param environment the environment; stored in the records, so that a copied store is detected
 * @param time the clock of the engine that uses the store
 */
public record StoreContext(String namespace, String environment, Timekeeper time) {}
