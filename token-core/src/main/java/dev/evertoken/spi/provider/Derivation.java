package dev.evertoken.spi.provider;

import dev.evertoken.model.Derivable;
import java.util.List;

/**
 * Derives tokens from the live token of another account: those of accounts that have no grant of their own, as the
 * pages of a Facebook user.
 *
 * <p>Called with no lock held, for many accounts at once: {@link #list} on the caller's thread, {@link #derive} on an
 * engine thread and by one thread at a time for each derived account. One run each, no retry, and nothing is spent: a
 * call whose answer was lost is made again. What either throws counts as {@code INTERNAL}. Neither may ask {@code
 * Tokens} for a token of the two accounts. Implementations are thread-safe.
 */
public interface Derivation {

    /**
     * Returns everything that the parent's token gives a token for, in the provider's order, all its pages read within
     * {@link HeldTokens#callDeadline()}. What the provider names without a token is in it, too.
     *
     * @param parent the account that is asked as; its access token is valid as far as is known
     */
    DerivationOutcome<List<DerivedAccount>> list(HeldTokens parent);

    /**
     * Derives the token of one account again.
     *
     * @param parent as for {@link #list}
     * @param id what the provider calls it: {@link Derivable#id()}
     */
    DerivationOutcome<TokenResponse> derive(HeldTokens parent, String id);
}
