package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import java.util.Optional;

/**
 * Looks up what a provider's answer with tokens leaves out of an account: whose it is, what was granted.
 *
 * <p>Called on an engine thread with no lock held, after the tokens are saved: once a person has connected, and after
 * refreshes as long as the user is not known. One call, no retry, and nothing is spent. What it throws counts as {@code
 * INTERNAL}; no failure touches the tokens. It must not ask {@code Tokens} for a token of the same account.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface UserLookup {

    /** Asks the provider about an account in the name of its tokens. */
    UserLookupOutcome lookUp(HeldTokens held);

    /** Returns one that asks whoever validates tokens, and takes over the user and the scopes that are told there. */
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
