package dev.evertoken.spi.http;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper.Scheduled;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.Signature;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Authorizes the requests of one account; together with {@link ResponseDecider} this is all that an adapter to an HTTP
 * client needs.
 *
 * <p>An adapter calls {@link #allows} before it adds a token and fails with {@link #notAllowed} if the result is false,
 * calls {@link #signer} and {@link #sign} for each attempt of a request, and leaves the decision about a response to
 * {@link ResponseDecider}. {@code toString()} names the account in log lines and messages and contains no secret.
 * Implementations are thread-safe.
 */
public interface RequestAuthorizer {

    /**
     * Returns a token that can be used now; if there is none, refreshes it and blocks.
     *
     * @throws TokenException if there is no usable token; the exception states the problem and the remedy
     */
    AccessToken accessToken();

    /** Returns a token without blocking; the future completes exceptionally with a {@link TokenException}. */
    CompletableFuture<AccessToken> accessTokenAsync();

    /**
     * Returns a token other than one that an API rejected: the newest known token if it differs, otherwise a refreshed
     * one.
     *
     * @throws TokenException if there is no usable token; the exception states the problem and the remedy
     */
    AccessToken replace(AccessToken rejected);

    /**
     * Like {@link #replace}, without blocking the caller and without a thread that waits.
     *
     * @return completes exceptionally with a {@link TokenException} if there is no usable token
     */
    CompletableFuture<AccessToken> replaceAsync(AccessToken rejected);

    /**
     * Returns a token other than one that an API rejected if this process or the store has one; never refreshes. Empty
     * unless overridden.
     *
     * @throws TokenException if the store cannot be read
     */
    default Optional<AccessToken> newest(AccessToken rejected) {
        return Optional.empty();
    }

    /**
     * Like {@link #newest}, without blocking the caller and without a thread that waits. Empty unless overridden; override
     * both or neither.
     *
     * @return completes exceptionally with a {@link TokenException} if the store cannot be read
     */
    default CompletableFuture<Optional<AccessToken>> newestAsync(AccessToken rejected) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /**
     * Reports that an API rejects a token as permanently invalid and that there is no other token. The provider may be
     * asked in the background whether the token has ended. Never blocks. Does nothing unless overridden.
     */
    default void rejected(AccessToken token) {}

    /** Returns the current time of the clock by which the tokens expire. */
    Instant now();

    /**
     * Runs a short task once after a delay, by the clock of {@link #now()}. The task runs on a timer thread and must not
     * block. An adapter limits the reading of a body with it, see {@link ResponseDecider#PEEK_TIME}, and limits it by the
     * clock of this machine as well. Never runs the task unless overridden.
     *
     * @return cancels the task
     */
    default Scheduled schedule(Duration delay, Runnable task) {
        return () -> {};
    }

    /**
     * Returns whether the token may be sent to a host: it must be one of the provider's API hosts or an allowed host,
     * and the scheme https unless the host is a loopback address.
     *
     * @param host the host as {@link URI#getHost} returns it, so an IPv6 address is in brackets
     */
    boolean allows(String scheme, String host);

    /**
     * Returns whether one token may be sent to a host. Responses of some providers name the hosts of an account's API:
     * {@link #allows(String, String)} is true for every host that a response may name, and this method for those that
     * the response of this token's grant has named. An adapter calls it for each token that it is about to add. Same as
     * {@link #allows(String, String)} unless overridden.
     */
    default boolean allows(String scheme, String host, AccessToken token) {
        return allows(scheme, host);
    }

    /** Returns whether the token may be sent to the host of an address, see {@link #allows(String, String)}. */
    default boolean allows(URI address) {
        return address.getScheme() != null
                && address.getHost() != null
                && allows(address.getScheme(), address.getHost());
    }

    /** Returns whether one token may be sent to an address, see {@link #allows(String, String, AccessToken)}. */
    default boolean allows(URI address, AccessToken token) {
        return address.getScheme() != null
                && address.getHost() != null
                && allows(address.getScheme(), address.getHost(), token);
    }

    /**
     * Returns the exception for a request to an address that {@link #allows} does not permit. Nothing was sent, and an
     * adapter must not send the request without the token either.
     */
    default TokenException notAllowed(URI address) {
        return TokenException.about(Problem.HOST_NOT_ALLOWED)
                .detail(this + ": the request to " + address.getHost()
                        + " was not sent, because the token may not be sent there")
                .build();
    }

    /**
     * Returns the kind of subject that the tokens represent; the meaning of an API error may depend on it. A user
     * unless overridden.
     */
    default DialectContext.TokenOf tokenOf() {
        return DialectContext.TokenOf.USER;
    }

    /** Returns the rules by which API responses are judged; those of RFC 6750 section 3.1 unless overridden. */
    default ResourceDialect resourceDialect() {
        return ResourceDialect.rfc6750();
    }

    /**
     * Returns the signer of a provider that signs requests; empty if the {@code Authorization} header alone carries the
     * token.
     */
    default Optional<RequestSigner> signer() {
        return Optional.empty();
    }

    /**
     * Signs one attempt of a request with a token of this account; without a signer the signature is the
     * {@code Authorization} header of the token.
     *
     * @param request a request to an address that {@link #allows} permits
     * @throws IllegalArgumentException if there is a signer and this account did not issue the token
     * @throws TokenException if the request cannot be signed; the exception states the problem and the remedy
     */
    default Signature sign(AccessToken token, ApiRequest request) {
        return Signature.header(Secret.of(token.header()));
    }

    /**
     * Returns whether a request whose response refuses the client would now be signed with the other of two client
     * secrets, so that another attempt is worthwhile. Does not block. False unless overridden; override
     * {@link #retried} too.
     *
     * @param refused the signature of the request, as {@link #sign} returned it
     */
    default boolean canRetryWithOtherSecret(Signature refused) {
        return false;
    }

    /**
     * Receives the verdict on the second attempt of a signed request. Does nothing unless overridden.
     *
     * @param sent the signature of the second attempt, as {@link #sign} returned it
     * @param accepted false if the response refuses the client again
     */
    default void retried(Signature sent, boolean accepted) {}
}
