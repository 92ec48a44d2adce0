package dev.evertoken.jdkhttp;

import dev.evertoken.spi.provider.ResourceVerdict;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * A response with the caller's own request and body, and its verdict on the token. Immutable.
 *
 * @param response the response as it was received
 * @param request the caller's request, without the token
 * @param body the result of the caller's handler
 * @param verdict the meaning of the response for the token
 */
record JudgedResponse<T>(HttpResponse<?> response, HttpRequest request, T body, ResourceVerdict verdict)
        implements HttpResponse<T> {

    @Override
    public int statusCode() {
        return response.statusCode();
    }

    /**
     * Always empty: the client follows no redirects, so only an authenticator can cause a previous response, which has
     * no relevant body.
     */
    @Override
    public Optional<HttpResponse<T>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
        return response.headers();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return response.sslSession();
    }

    @Override
    public URI uri() {
        return request.uri();
    }

    @Override
    public Version version() {
        return response.version();
    }

    /** Returns the method, the host and the status. */
    @Override
    public String toString() {
        return "(" + request.method() + " " + request.uri().getHost() + ") " + statusCode();
    }
}
