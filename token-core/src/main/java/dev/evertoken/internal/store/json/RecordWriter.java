package dev.evertoken.internal.store.json;

import dev.evertoken.model.Failures;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;

/** Writes format 2 of a record; {@link RecordReader} reads it. Stateless. */
final class RecordWriter {

    private RecordWriter() {}

    static void write(JsonObjectWriter json, TokenRecord record) {
        key(json, record.key());
        json.text("namespace", record.origin().namespace())
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
                .object("lifetime", inner -> lifetime(inner, record.lifetime()))
                .object("health", inner -> health(inner, record.health()));
        record.claim().ifPresent(claim -> json.object("claim", inner -> claim(inner, claim)));
        json.number("uncertain", record.uncertain()).object("failures", inner -> failures(inner, record.failures()));
        record.parent().ifPresent(parent -> json.object("parent", inner -> key(inner, parent)));
        json.texts("spent_refresh_tokens", record.spentRefreshTokens())
                .object("marks", inner -> record.marks().forEach(inner::instant));
        json.object("secrets", inner -> secrets(inner, record.secrets())).instant("updated_at", record.updatedAt());
    }

    private static void key(JsonObjectWriter json, TokenKey key) {
        json.text("registration", key.registration()).text("account", key.account());
    }

    private static void lifetime(JsonObjectWriter json, Lifetime lifetime) {
        json.instant("issued_at", lifetime.issuedAt())
                .instant("expires_at", lifetime.expiresAt())
                .flag("expiry_assumed", lifetime.expiryAssumed())
                .instant("refresh_token_expires_at", lifetime.refreshTokenExpiresAt())
                .instant("refresh_at", lifetime.refreshAt())
                .instant("not_before", lifetime.notBefore());
    }

    private static void health(JsonObjectWriter json, Health health) {
        json.constant("state", health.state())
                .text("problem", health.problem().map(StoredProblems::name))
                .instant("since", health.since());
    }

    private static void claim(JsonObjectWriter json, Claim claim) {
        json.text("id", claim.id())
                .text("owner", claim.owner())
                .duration("duration", claim.duration())
                .instant("deadline", claim.deadline())
                .constant("phase", claim.phase());
    }

    private static void failures(JsonObjectWriter json, Failures failures) {
        json.number("count", failures.count())
                .text("problem", failures.problem().map(StoredProblems::name))
                .instant("next_attempt", failures.nextAttempt())
                .text("detail", failures.detail());
    }

    private static void secrets(JsonObjectWriter json, SecretPart secrets) {
        if (secrets instanceof SecretPart.Envelope envelope) {
            json.text("key_id", envelope.keyId());
        }
        json.bytes("bytes", secrets.bytes());
    }
}
