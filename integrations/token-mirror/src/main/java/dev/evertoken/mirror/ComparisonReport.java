package dev.evertoken.mirror;

/**
 * The result of a comparison with the receiver. Immutable.
 *
 * @param accounts the number of accounts in the store
 * @param missing how many of them the receiver does not have, or has in another state
 * @param surplus the number of accounts that only the receiver has
 * @param unreadable the number of records in the store that cannot be read or belong to another application
 */
public record ComparisonReport(long accounts, long missing, long surplus, long unreadable) {}
