package dev.evertoken.examples.stravasync;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Copies the activities of a user, and connects users. Each method returns the answer for the page. Thread-safe. */
final class ActivitySync {

    private final SyncSettings settings;
    private final UserSettings users;
    private final Tokens tokens;
    private final SyncMetrics metrics;
    private final Guidance guidance;
    private final OkHttpClient http;

    ActivitySync(SyncSettings settings, UserSettings users, Tokens tokens, SyncMetrics metrics) {
        this.settings = settings;
        this.users = users;
        this.tokens = tokens;
        this.metrics = metrics;
        this.guidance = new Guidance(
                settings.support(), () -> tokens.operations().timekeeper().now());
        this.http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
    }

    private static TokenKey key(long user) {
        return TokenKey.of("strava", Long.toString(user));
    }

    boolean isKnown(long user) {
        return users.has(user);
    }

    /** Returns the answer to a request that failed before it had one. */
    Answer failed(RuntimeException why) {
        return why instanceof TokenException known
                ? guidance.of(known)
                : Answer.unknown(settings.support(), why.getClass().getSimpleName());
    }

    // ---- the sync

    Answer sync(long user) {
        return metrics.synced(synced(key(user)));
    }

    private Answer synced(TokenKey key) {
        try {
            refreshEarly(key);
            return fetched(key);
        } catch (TokenException e) {
            return guidance.of(e);
        } catch (TokenIOException e) {
            return guidance.of(e.reason());
        } catch (IOException e) {
            return Answer.network(Optional.empty());
        }
    }

    /** Refreshes a token that expires within the threshold. A failure is none as long as the token is valid. */
    private void refreshEarly(TokenKey key) {
        try {
            var unused = tokens.accessToken(key, settings.threshold());
        } catch (TokenException e) {
            if (e.remedy() == Remedy.RECONNECT) {
                throw e;
            }
        }
    }

    private Answer fetched(TokenKey key) throws IOException {
        HttpUrl activities = HttpUrl.get(settings.api().toString())
                .newBuilder()
                .addPathSegments("athlete/activities")
                .build();
        Request request =
                new Request.Builder().url(activities).tag(TokenKey.class, key).build();
        try (Response response = http.newCall(request).execute()) {
            if (response.isSuccessful() && Json.parse(response.body().string()) instanceof List<?> list) {
                return Answer.success("activities", list.size());
            }
            return TokenInterceptor.verdict(response)
                    .map(guidance::of)
                    .orElseGet(() -> guidance.unexpected(response.code()));
        }
    }

    // ---- the consent

    /**
     * Returns the page of Strava at which the user gives consent.
     *
     * @throws TokenException if the consent cannot be started, for example without the database
     */
    URI consentPage(long user) {
        return tokens.authorize(key(user), settings.home().resolve("/auth/strava/callback"))
                .url();
    }

    Answer connected(long user, URI callback) {
        return metrics.consented(completed(user, callback));
    }

    private Answer completed(long user, URI callback) {
        try {
            AccountStatus status = tokens.completeAuthorization(key(user), callback);
            status.subject().ifPresent(athlete -> users.setAthlete(user, athlete));
            return status.missingScopes().isEmpty()
                    ? Answer.success("message", "Strava is connected.")
                    : Answer.reconnect(Guidance.NOT_ALLOWED);
        } catch (TokenException e) {
            return e.problem() == Problem.CONSENT_DENIED ? Answer.denied() : guidance.of(e);
        }
    }
}
