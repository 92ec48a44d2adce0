package dev.evertoken.model;

/**
 * The progress of connecting many accounts at once. Immutable.
 *
 * @param done the number of rows that have a result
 * @param total the number of rows
 * @param row the result of the most recent row
 */
public record ConnectProgress(int done, int total, ConnectResult row) {}
