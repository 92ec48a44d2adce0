package dev.evertoken.providers.internal.linkedin;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Instant;
import java.util.Optional;

/**
 * Refreshes at LinkedIn, where a grant ends a fixed time after the consent. The first reported end is kept, whatever
 * later responses report, and a refusal after that time is reported as the end of the grant. Thread-safe.
 */
public final class LinkedInRefresher implements Refresher {

    private final Refresher delegate;

    public LinkedInRefresher(Refresher delegate) {
        this.delegate = delegate;
    }

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        TokenOutcome outcome = delegate.refresh(request);
        Optional<Instant> end = request.tokens().refreshTokenExpiresAt();
        if (end.isEmpty()) {
            return outcome;
        }
        if (outcome instanceof TokenOutcome.Issued issued) {
            return new TokenOutcome.Issued(
                    issued.response().toBuilder().refreshTokenExpiresAt(end).build());
        }
        boolean hasEnded = !request.time().now().isBefore(end.get());
        return hasEnded && outcome instanceof TokenOutcome.Refused refused
                ? new TokenOutcome.Refused(grantExpired(refused.verdict(), end.get()))
                : outcome;
    }

    private static TokenVerdict grantExpired(TokenVerdict verdict, Instant end) {
        return verdict.kind() == TokenVerdict.Kind.GRANT_DEAD
                ? TokenVerdict.of(
                        TokenVerdict.Kind.GRANT_DEAD,
                        Problem.GRANT_EXPIRED,
                        verdict.detail() + ": the year since the consent ended at " + end)
                : verdict;
    }
}
