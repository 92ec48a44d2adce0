package dev.evertoken.internal.store.json;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads formats 1 and 2 of a record; {@link RecordWriter} writes format 2. Stateless. */
final class RecordReader {

    private RecordReader() {}

    static TokenRecord read(JsonObjectReader json) throws MalformedRecordException {
        return TokenRecord.builder(key(json))
                .origin(new Origin(json.text("namespace"), json.text("environment"), json.text("client")))
                .revision(Long.parseLong(json.text("revision")))
                .grant(new Grant(json.text("grant"), json.instant("consented_at")))
                .generation(json.number("generation"))
                .subject(json.optionalText("subject"))
                .requestedScopes(json.texts("requested_scopes"))
                .grantedScopes(json.texts("granted_scopes"))
                .refreshModel(json.constant(RefreshModel.class, "refresh_model"))
                .refreshTokenFingerprint(json.optionalText("refresh_token_fingerprint"))
                .lifetime(lifetime(json.object("lifetime")))
                .health(health(json.object("health")))
                .claim(claim(json.optionalObject("claim")))
                .uncertain(json.count("uncertain"))
                .failures(failures(json.object("failures")))
                .parent(parent(json.optionalObject("parent")))
                .spentRefreshTokens(List.copyOf(json.optionalTexts("spent_refresh_tokens")))
                .marks(marks(json.optionalObject("marks")))
                .secrets(secrets(json.object("secrets")))
                .updatedAt(json.instant("updated_at"))
                .build();
    }

    private static TokenKey key(JsonObjectReader json) throws MalformedRecordException {
        return TokenKey.of(json.text("registration"), json.text("account"));
    }

    private static Lifetime lifetime(JsonObjectReader json) throws MalformedRecordException {
        return new Lifetime(
                json.instant("issued_at"),
                json.optionalInstant("expires_at"),
                json.flag("expiry_assumed"),
                json.optionalInstant("refresh_token_expires_at"),
                json.optionalInstant("refresh_at"),
                json.optionalInstant("not_before"));
    }

    private static Health health(JsonObjectReader json) throws MalformedRecordException {
        return new Health(json.constant(ConnectionState.class, "state"), problem(json), json.instant("since"));
    }

    private static Optional<Problem> problem(JsonObjectReader json) throws MalformedRecordException {
        Optional<String> name = json.optionalText("problem");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Optional<Problem> problem = StoredProblems.of(name.get());
        if (problem.isEmpty()) {
            throw MalformedRecordException.newer("has a \"problem\" that is unknown to this version");
        }
        return problem;
    }

    private static Optional<Claim> claim(Optional<JsonObjectReader> claim) throws MalformedRecordException {
        if (claim.isEmpty()) {
            return Optional.empty();
        }
        JsonObjectReader json = claim.get();
        return Optional.of(new Claim(
                json.text("id"),
                json.text("owner"),
                json.duration("duration"),
                json.instant("deadline"),
                json.constant(Claim.Phase.class, "phase")));
    }

    private static Failures failures(JsonObjectReader json) throws MalformedRecordException {
        return new Failures(
                json.count("count"), problem(json), json.optionalInstant("next_attempt"), json.text("detail"));
    }

    private static Optional<TokenKey> parent(Optional<JsonObjectReader> parent) throws MalformedRecordException {
        return parent.isEmpty() ? Optional.empty() : Optional.of(key(parent.get()));
    }

    private static Map<String, Instant> marks(Optional<JsonObjectReader> marks) throws MalformedRecordException {
        Map<String, Instant> times = new LinkedHashMap<>();
        if (marks.isPresent()) {
            for (String name : marks.get().names()) {
                times.put(name, marks.get().instant(name));
            }
        }
        return times;
    }

    private static SecretPart secrets(JsonObjectReader json) throws MalformedRecordException {
        Optional<String> keyId = json.optionalText("key_id");
        byte[] bytes = json.bytes("bytes");
        return keyId.isPresent() ? new SecretPart.Envelope(keyId.get(), bytes) : new SecretPart.Clear(bytes);
    }
}
