package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import java.util.Optional;

/**
 * Looks up account data that a provider's token response leaves out, such as the user and the granted scopes.
 *
 * <p>Called on an engine thread with no lock held, after the tokens are saved: once after a user has connected, and
 * after refreshes as long as the user is unknown. One call, no retry, and nothing is used up. An exception counts as
 * {@code INTERNAL}; no failure affects the tokens. A lookup must not request a token of the same account from
 * {@code Tokens}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface UserLookup {

    /** Looks up the account of the tokens. */
    UserLookupOutcome lookUp(HeldTokens held);

    /** Returns a lookup that calls a validator and uses the user and the scopes that it reports. */
    static UserLookup of(Validator validator) {
        return held -> {
            Validation said = validator.validate(held);
            return said.verdict() == Validation.Verdict.VALID
                    ? new UserLookupOutcome.Found(
                            said.subject(), Optional.of(said.scopes()).filter(scopes -> !scopes.isEmpty()))
                    : new UserLookupOutcome.Failed(said.problem().orElse(Problem.API_REJECTS_TOKEN), said.detail());
        };
    }
}
