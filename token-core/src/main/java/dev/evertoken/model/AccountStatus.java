package dev.evertoken.model;

import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How one account is connected at one moment, without a secret: fit for a page or a log. Immutable.
 *
 * @param key whose
 * @param state how it is doing
 * @param problem what is wrong, empty if nothing is
 * @param detail the last failure in one sentence, empty if there was none
 * @param since when the state began
 * @param consentedAt when the person gave the consent
 * @param generation which tokens of the grant are stored
 * @param subject the provider's id of the user, where known
 * @param parent the account whose live token this one's comes from; empty for an account with a grant of its own
 * @param requestedScopes what was asked for
 * @param grantedScopes what was granted
 * @param expiresAt end of the access token, empty if it has none
 * @param refreshAt when the next refresh is due
 * @param dies when the connection ends if nobody reconnects, where that is known
 * @param nextAttempt no refresh is tried before then
 * @param refreshing who holds the claim now
 * @param staleSince since when the store has not answered, if this is what a copy in another place tells; empty if it is
 *     what the store has
 * @param unsaved true if the newest tokens are only in this process's memory or this host's journal
 * @param reconnectUrl where the person can reconnect, if the builder was told; if it is the parent that has to be
 *     reconnected, the address of that one
 */
public record AccountStatus(
        TokenKey key,
        ConnectionState state,
        Optional<Problem> problem,
        String detail,
        Instant since,
        Instant consentedAt,
        long generation,
        Optional<String> subject,
        Optional<TokenKey> parent,
        Set<String> requestedScopes,
        Set<String> grantedScopes,
        Optional<Instant> expiresAt,
        Optional<Instant> refreshAt,
        Optional<Instant> dies,
        Optional<Instant> nextAttempt,
        Optional<String> refreshing,
        Optional<Instant> staleSince,
        boolean unsaved,
        Optional<URI> reconnectUrl) {

    public AccountStatus {
        requestedScopes = Collections.unmodifiableSet(new LinkedHashSet<>(requestedScopes));
        grantedScopes = Collections.unmodifiableSet(new LinkedHashSet<>(grantedScopes));
    }

    /** Returns what to do, empty if nothing is wrong. */
    public Optional<Remedy> remedy() {
        return problem.map(Problem::remedy);
    }

    /** Returns the requested scopes that were not granted. */
    public Set<String> missingScopes() {
        Set<String> missing = new LinkedHashSet<>(requestedScopes);
        missing.removeAll(grantedScopes);
        return missing;
    }
}
