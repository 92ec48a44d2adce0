package dev.evertoken.store.tiered;

/**
 * The result of comparing all accounts of a {@link TieredTokenStore} with their copies. Immutable.
 *
 * @param accounts the number of compared accounts
 * @param copied the number of copies that were written because they were older or missing
 * @param removed the number of copies that were deleted because their grant was removed
 * @param hidden the number of copies that are ignored because the authority has no record of the account
 * @param promoted the number of newer generations that were written to the authority
 * @param complete false if a tier did not respond for some account; that account is compared again later, or all of them
 *     if the tier did not respond at all
 */
public record ReconcileResult(int accounts, int copied, int removed, int hidden, int promoted, boolean complete) {}
