package dev.evertoken.providers;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.TokenVerdict;
import java.time.Instant;
import java.util.Optional;

/**
 * Refreshes at LinkedIn, where the end of a grant is counted from the consent: the end that was told first stays,
 * whatever a later answer tells, and a refusal after it says that the grant has reached its end. Thread-safe.
 */
final class LinkedInRefresher implements Refresher {

    private final Refresher plain;

    LinkedInRefresher(Refresher plain) {
        this.plain = plain;
    }

    @Override
    public RefreshOutcome refresh(RefreshRequest request) {
        RefreshOutcome outcome = plain.refresh(request);
        Optional<Instant> end = request.tokens().refreshTokenExpiresAt();
        if (end.isEmpty()) {
            return outcome;
        }
        if (outcome instanceof RefreshOutcome.Answered answered) {
            return new RefreshOutcome.Answered(answered.answer().withRefreshTokenEnd(end));
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
