package dev.evertoken.internal.refresh;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;

/** The messages about calls of this application whose effect on the refresh token is unknown. Stateless. */
final class UnknownOutcome {

    private UnknownOutcome() {}

    /** Returns since when the effect of a call is unknown: since the first such call, or since now. */
    static Instant since(TokenRecord record, Instant now) {
        return record.uncertain() > 0 && record.health().state() == ConnectionState.UNCERTAIN
                ? record.health().since()
                : now;
    }

    /** Returns when the call under a claim may have begun, by the clock of the claim's owner. */
    static Instant began(Claim claim) {
        return claim.deadline().minus(claim.duration());
    }

    /** Returns the sentence that describes a call without a response. */
    static String sentence(Instant since, String why) {
        return why + "; the outcome of a refresh by this application is unknown since " + since;
    }

    /** Returns the sentence that describes a claim whose owner has not recorded the outcome of its call. */
    static String sentence(Claim claim) {
        return sentence(began(claim), claim.owner() + " has recorded no outcome before its claim ended");
    }

    /** Returns the sentence that describes a refresh token that is refused after a call whose response was lost. */
    static String afterRefusal(Instant since, String refusal) {
        return refusal + "; the outcome of an earlier refresh by this application is unknown since " + since
                + ": its response, which was lost, may have replaced the refresh token";
    }
}
