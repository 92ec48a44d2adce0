package dev.evertoken.googleauth;

import com.google.auth.Credentials;
import com.google.auth.RequestMetadataCallback;
import com.google.auth.Retryable;
import com.google.auth.oauth2.QuotaProjectIdProvider;
import dev.evertoken.TokenSource;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RequestAuthorizer;
import java.io.IOException;
import java.io.NotSerializableException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of one account for libraries that take the credentials of google-auth, such as gRPC and the clients
 * of Google Cloud.
 *
 * <pre>{@code
 * CallCredentials credentials = MoreCallCredentials.from(EvertokenCredentials.of(tokens.source(key)));
 * }</pre>
 *
 * <p>The token is requested for each call, and is only passed on for an address to which it may be sent: a host of the
 * provider's API or of {@code allowHosts}. gRPC does not tell the credentials whether a channel is encrypted; use them
 * with TLS channels only. A failure is a {@link TokenIOException} that is {@link Retryable} as its remedy says: gRPC
 * ends the call with {@code UNAVAILABLE} if it can succeed later, and with {@code UNAUTHENTICATED} otherwise.
 *
 * <p>Call {@link #refresh} after a response that rejects the token. Libraries over {@code google-http-client} do so
 * with {@code HttpCredentialsAdapter}; {@link TokenRequestInitializer} does more for them. Java serialization is
 * refused, because the account belongs to an open {@link dev.evertoken.Tokens}. Thread-safe.
 */
public final class EvertokenCredentials extends Credentials implements QuotaProjectIdProvider {

    private static final long serialVersionUID = 1L;
    private static final String AUTHORIZATION = "Authorization";
    private static final String QUOTA_PROJECT = "x-goog-user-project";

    private final transient RequestAuthorizer account;
    private final transient SuppliedTokens supplied;
    private final transient @Nullable String quotaProject;

    private EvertokenCredentials(RequestAuthorizer account, SuppliedTokens supplied, @Nullable String quotaProject) {
        this.account = account;
        this.supplied = supplied;
        this.quotaProject = quotaProject;
    }

    /** Returns credentials that supply the tokens of one account. */
    public static EvertokenCredentials of(TokenSource source) {
        RequestAuthorizer account = source.requestAuthorizer();
        return new EvertokenCredentials(account, new SuppliedTokens(account), null);
    }

    /**
     * Returns the same credentials with the project to which calls are billed; it is sent in the header
     * {@code x-goog-user-project}.
     */
    public EvertokenCredentials withQuotaProject(String project) {
        return new EvertokenCredentials(account, supplied, project);
    }

    /** Returns the project to which calls are billed; null if there is none. */
    @Override
    @SuppressWarnings("NullAway") // as the credentials of google-auth do, although its interface is annotated otherwise
    public @Nullable String getQuotaProjectId() {
        return quotaProject;
    }

    @Override
    public String getAuthenticationType() {
        return "OAuth2";
    }

    @Override
    public boolean hasRequestMetadata() {
        return true;
    }

    @Override
    public boolean hasRequestMetadataOnly() {
        return true;
    }

    /**
     * Returns the headers of a request; waits like {@link TokenSource#accessToken()} if the token has expired.
     *
     * @param uri the address of the request or of the service
     * @throws TokenIOException if there is no token, or it may not be sent to the address, also if that is null
     */
    @Override
    public Map<String, List<String>> getRequestMetadata(@Nullable URI uri) throws IOException {
        try {
            URI address = allowed(uri);
            return metadata(address, account.accessToken(), supplied.ofThisThread());
        } catch (TokenException e) {
            throw new CredentialsException(e);
        }
    }

    /**
     * Passes the headers of a request to a callback, without a thread that waits: on the calling thread if they are
     * available, otherwise on the executor, or on a thread of the library if the executor rejects them.
     */
    @Override
    public void getRequestMetadata(@Nullable URI uri, Executor executor, RequestMetadataCallback callback) {
        CompletableFuture<Map<String, List<String>>> metadata = metadataAsync(uri);
        if (metadata.isDone()) {
            deliver(metadata, callback);
            return;
        }
        CompletableFuture<?> unused =
                metadata.whenComplete((headers, failure) -> run(executor, () -> deliver(metadata, callback)));
    }

    /**
     * Replaces a token that an API has rejected, as far as these credentials have passed it on: the last one of the
     * calling thread, or else the last one of any thread. The newest known token is used if it differs; otherwise the
     * token is refreshed. Does nothing if no token was passed on. A token that is rejected although it was just
     * refreshed is not refreshed again because of this host for a while.
     *
     * @throws TokenIOException if there is no other token
     */
    @Override
    public void refresh() throws IOException {
        try {
            supplied.ofThisThread().replace();
        } catch (TokenException e) {
            throw new CredentialsException(e);
        }
    }

    // ---- the steps

    private CompletableFuture<Map<String, List<String>>> metadataAsync(@Nullable URI uri) {
        SuppliedTokens.OfThread mine = supplied.ofThisThread();
        try {
            URI address = allowed(uri);
            return account.accessTokenAsync().thenApply(token -> metadata(address, token, mine));
        } catch (TokenException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private URI allowed(@Nullable URI uri) {
        if (uri == null || uri.getHost() == null) {
            throw TokenException.about(Problem.HOST_NOT_ALLOWED)
                    .detail(account + ": no token was passed on for a request without an address")
                    .build();
        }
        if (!account.allows(uri)) {
            throw account.notAllowed(uri);
        }
        return uri;
    }

    private Map<String, List<String>> metadata(URI address, AccessToken token, SuppliedTokens.OfThread to) {
        if (!account.allows(address, token)) {
            throw account.notAllowed(address);
        }
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put(AUTHORIZATION, List.of(token.header()));
        if (quotaProject != null) {
            headers.put(QUOTA_PROJECT, List.of(quotaProject));
        }
        to.add(token, address.getHost());
        return headers;
    }

    private static void deliver(
            CompletableFuture<Map<String, List<String>>> metadata, RequestMetadataCallback callback) {
        Map<String, List<String>> headers;
        try {
            headers = metadata.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            callback.onFailure(cause instanceof TokenException why ? new CredentialsException(why) : cause);
            return;
        }
        callback.onSuccess(headers);
    }

    private static void run(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** Refuses Java serialization. */
    Object writeReplace() throws NotSerializableException {
        throw new NotSerializableException(
                "EvertokenCredentials belong to an open Tokens: create them from it with of()");
    }

    /** Returns a text that names the account and contains no secret. */
    @Override
    public String toString() {
        return "EvertokenCredentials[" + account + "]";
    }
}
