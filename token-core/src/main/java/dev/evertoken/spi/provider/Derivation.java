package dev.evertoken.spi.provider;

import dev.evertoken.model.Derivable;
import java.util.List;

/**
 * Derives tokens from a valid token of another account: the tokens of accounts without a grant of their own, such as
 * the pages of a Facebook user.
 *
 * <p>Called with no lock held, for many accounts concurrently: {@link #list} on the caller's thread, {@link #derive} on
 * an engine thread and by one thread at a time for each derived account. One attempt per call, with no retry. Nothing
 * is used up, so a call whose response was lost is repeated. An exception counts as {@code INTERNAL}. Neither method
 * may request a token of the two accounts from {@code Tokens}. Implementations are thread-safe.
 */
public interface Derivation {

    /**
     * Returns all accounts for which the parent's token gives a token, in the provider's order and with all result
     * pages read within {@link HeldTokens#callDeadline()}. Accounts that the provider lists without a token are
     * included.
     *
     * @param parent the parent account; its access token is valid as far as known
     */
    DerivationOutcome<List<DerivedAccount>> list(HeldTokens parent);

    /**
     * Derives the token of one account again.
     *
     * @param parent as for {@link #list}
     * @param id the provider's id of the account: {@link Derivable#id()}
     */
    DerivationOutcome<TokenResponse> derive(HeldTokens parent, String id);
}
