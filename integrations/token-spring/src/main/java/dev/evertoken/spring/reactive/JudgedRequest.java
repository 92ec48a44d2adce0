package dev.evertoken.spring.reactive;

import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spring.TokenAttributes;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.web.reactive.function.client.ClientRequest;

/**
 * The caller's request, which has no token, with the meaning of its response as an attribute. Not thread-safe.
 *
 * @param attributes the attributes of the request, and {@link TokenAttributes#VERDICT} if the response concerns the
 *     token
 */
record JudgedRequest(ClientRequest request, Map<String, Object> attributes) implements HttpRequest {

    static JudgedRequest of(ClientRequest request, ResourceVerdict verdict) {
        Map<String, Object> attributes = new LinkedHashMap<>(request.attributes());
        if (verdict.problem().isPresent()) {
            attributes.put(TokenAttributes.VERDICT, verdict);
        }
        return new JudgedRequest(request, attributes);
    }

    @Override
    public HttpMethod getMethod() {
        return request.method();
    }

    @Override
    public URI getURI() {
        return request.url();
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    @Override
    public HttpHeaders getHeaders() {
        return request.headers();
    }

    /** Returns the method and the host. */
    @Override
    public String toString() {
        return getMethod() + " to " + getURI().getHost();
    }
}
