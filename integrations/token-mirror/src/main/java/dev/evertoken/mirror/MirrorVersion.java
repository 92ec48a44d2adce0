package dev.evertoken.mirror;

import dev.evertoken.internal.json.JsonDocument;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.model.Grant;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The state of an account that a message describes. States of one account are ordered by the time of consent, then by
 * generation; the end of a grant comes after all its generations. Immutable.
 *
 * @param grantId the id of the grant; {@value #UNKNOWN_GRANT} if it is not known
 * @param consentedAt when the user gave the consent. Only milliseconds are kept
 * @param generation the number of the token set within the grant; {@link #ENDED} for the end of the grant
 */
public record MirrorVersion(String grantId, Instant consentedAt, long generation) implements Comparable<MirrorVersion> {

    /** The generation of a grant that has ended. */
    public static final long ENDED = Long.MAX_VALUE;

    /** The id of a grant that is not known. */
    public static final String UNKNOWN_GRANT = "-";

    /** The header with the id of the grant. */
    public static final String GRANT_HEADER = "Evertoken-Grant";

    /** The header with the time of the consent, in ISO 8601. */
    public static final String CONSENTED_AT_HEADER = "Evertoken-Consented-At";

    /** The header with the generation; not sent with a disconnect. */
    public static final String GENERATION_HEADER = "Evertoken-Generation";

    private static final Comparator<MirrorVersion> ORDER = Comparator.comparing(MirrorVersion::consentedAt)
            .thenComparingLong(MirrorVersion::generation)
            .thenComparing(MirrorVersion::grantId);

    public MirrorVersion {
        consentedAt = Instant.ofEpochMilli(consentedAt.toEpochMilli());
    }

    /** Returns the version of a generation of a grant. */
    static MirrorVersion of(Grant grant, long generation) {
        return new MirrorVersion(grant.id(), grant.consentedAt(), generation);
    }

    /** Returns the version of the end of the grant. */
    public MirrorVersion ended() {
        return new MirrorVersion(grantId, consentedAt, ENDED);
    }

    /** Returns whether this is the end of a grant. */
    public boolean isEnded() {
        return generation == ENDED;
    }

    /** Returns whether this version is older than another one of the same account. */
    public boolean isOlderThan(MirrorVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(MirrorVersion other) {
        return ORDER.compare(this, other);
    }

    /** Returns the headers of a message. */
    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(GRANT_HEADER, grantId);
        headers.put(CONSENTED_AT_HEADER, consentedAt.toString());
        if (!isEnded()) {
            headers.put(GENERATION_HEADER, Long.toString(generation));
        }
        return headers;
    }

    /**
     * Returns the version that the headers of a message state.
     *
     * @param generation empty for the end of a grant
     * @return empty if a value is not valid
     */
    public static Optional<MirrorVersion> parse(String grantId, String consentedAt, Optional<String> generation) {
        try {
            long number = generation.map(Long::parseLong).orElse(ENDED);
            boolean valid = grantId.matches("[!-~]{1,64}") && number > 0;
            return valid
                    ? Optional.of(new MirrorVersion(grantId, Instant.parse(consentedAt), number))
                    : Optional.empty();
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** Returns the payload of a message in the outbox. */
    String toPayload() {
        JsonObject.Builder json =
                JsonObject.builder().add("grant", grantId).add("consented_at", consentedAt.toString());
        if (!isEnded()) {
            json.add("generation", generation);
        }
        return JsonWriter.text(json.build());
    }

    /** Returns the version in a payload; empty if it is none. */
    static Optional<MirrorVersion> ofPayload(String payload) {
        return JsonDocument.parse(payload)
                .flatMap(json -> json.text("grant")
                        .flatMap(grant -> json.text("consented_at")
                                .flatMap(consent -> parse(grant, consent, json.text("generation")))));
    }
}
