package dev.evertoken.store.tiered;

/**
 * What comparing all accounts of a {@link TieredTokenStore} with their copies amounted to. Immutable.
 *
 * @param accounts how many were compared
 * @param copied copies that were written because they were older or missing
 * @param removed copies that were deleted because their grant was removed
 * @param hidden copies that count no more because the authority has no record of the account
 * @param promoted newer generations that the authority did not have and now has
 * @param complete false if a tier did not answer for some account; it is done again when that one is back
 */
public record ReconcileResult(int accounts, int copied, int removed, int hidden, int promoted, boolean complete) {}
