package dev.evertoken.internal.store.json;

import dev.evertoken.model.Failures;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Writes format 2 of a record; {@link RecordReader} reads it. Stateless. */
final class RecordWriter {

    private RecordWriter() {}

    static void write(JsonObjectWriter json, TokenRecord record) {
        key(json, record.key())
                .text("namespace", record.origin().namespace())
                .text("environment", record.origin().environment())
                .text("client", record.origin().clientFingerprint())
                .text("revision", Long.toString(record.revision()))
                .text("grant", record.grant().id())
                .instant("consented_at", record.grant().consentedAt())
                .number("generation", record.generation())
                .text("subject", record.subject())
                .texts("requested_scopes", record.requestedScopes())
                .texts("granted_scopes", record.grantedScopes())
                .constant("refresh_model", record.refreshModel())
                .text("refresh_token_fingerprint", record.refreshTokenFingerprint())
                .object("lifetime", lifetime(record.lifetime()))
                .object("health", health(record.health()));
        if (record.claim().isPresent()) {
            json.object("claim", claim(record.claim().get()));
        }
        json.number("uncertain", record.uncertain()).object("failures", failures(record.failures()));
        if (record.parent().isPresent()) {
            json.object("parent", key(JsonObjectWriter.part(), record.parent().get()));
        }
        json.texts("spent_refresh_tokens", record.spentRefreshTokens())
                .object("marks", marks(record.marks()))
                .object("secrets", secrets(record.secrets()))
                .instant("updated_at", record.updatedAt());
    }

    private static JsonObjectWriter key(JsonObjectWriter json, TokenKey key) {
        return json.text("registration", key.registration()).text("account", key.account());
    }

    private static JsonObjectWriter lifetime(Lifetime lifetime) {
        return JsonObjectWriter.part()
                .instant("issued_at", lifetime.issuedAt())
                .instant("expires_at", lifetime.expiresAt())
                .flag("expiry_assumed", lifetime.expiryAssumed())
                .instant("refresh_token_expires_at", lifetime.refreshTokenExpiresAt())
                .instant("refresh_at", lifetime.refreshAt())
                .instant("not_before", lifetime.notBefore());
    }

    private static JsonObjectWriter health(Health health) {
        return JsonObjectWriter.part()
                .constant("state", health.state())
                .text("problem", name(health.problem()))
                .instant("since", health.since());
    }

    private static JsonObjectWriter claim(Claim claim) {
        return JsonObjectWriter.part()
                .text("id", claim.id())
                .text("owner", claim.owner())
                .duration("duration", claim.duration())
                .instant("deadline", claim.deadline())
                .constant("phase", claim.phase());
    }

    private static JsonObjectWriter failures(Failures failures) {
        return JsonObjectWriter.part()
                .number("count", failures.count())
                .text("problem", name(failures.problem()))
                .instant("next_attempt", failures.nextAttempt())
                .text("detail", failures.detail());
    }

    private static Optional<String> name(Optional<Problem> problem) {
        return problem.isPresent() ? Optional.of(StoredProblems.name(problem.get())) : Optional.empty();
    }

    private static JsonObjectWriter marks(Map<String, Instant> marks) {
        JsonObjectWriter json = JsonObjectWriter.part();
        for (Map.Entry<String, Instant> mark : marks.entrySet()) {
            json.instant(mark.getKey(), mark.getValue());
        }
        return json;
    }

    private static JsonObjectWriter secrets(SecretPart secrets) {
        JsonObjectWriter json = JsonObjectWriter.part();
        if (secrets instanceof SecretPart.Envelope envelope) {
            json.text("key_id", envelope.keyId());
        }
        return json.bytes("bytes", secrets.bytes());
    }
}
