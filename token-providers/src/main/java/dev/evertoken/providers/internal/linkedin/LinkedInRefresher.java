package dev.evertoken.providers.internal.linkedin;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Instant;
import java.util.Optional;

/**
 * Refreshes at LinkedIn, where the end of a grant is counted from the consent: the end that was told first stays,
 * whatever a later answer tells, and a refusal after it says that the grant has reached its end. Thread-safe.
 */
public final class LinkedInRefresher implements Refresher {

    private final Refresher plain;

    public LinkedInRefresher(Refresher plain) {
        this.plain = plain;
    }

    @Override
    public RefreshOutcome refresh(RefreshRequest request) {
        RefreshOutcome outcome = plain.refresh(request);
        Optional<Instant> end = request.tokens().refreshTokenExpiresAt();
        if (end.isEmpty()) {
            return outcome;
        }
        if (outcome instanceof RefreshOutcome.Issued answered) {
            return new RefreshOutcome.Issued(
                    answered.response().toBuilder().refreshTokenExpiresAt(end).build());
        }
        boolean over = !request.time().now().isBefore(end.get());
        return over && outcome instanceof RefreshOutcome.Refused refused
                ? new RefreshOutcome.Refused(atItsEnd(refused.verdict(), end.get()))
                : outcome;
    }

    private static TokenVerdict atItsEnd(TokenVerdict verdict, Instant end) {
        return verdict.kind() == TokenVerdict.Kind.GRANT_DEAD
                ? TokenVerdict.of(
                        TokenVerdict.Kind.GRANT_DEAD,
                        Problem.GRANT_EXPIRED,
                        verdict.detail() + ": its year since the consent ended at " + end)
                : verdict;
    }
}
