package dev.evertoken.testing.wiremock;

import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.matching.MatchResult;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import com.github.tomakehurst.wiremock.matching.ValueMatcher;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import dev.evertoken.testing.HostedResponse;
import dev.evertoken.testing.RawRequest;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The stub that serves the providers. WireMock has no stub with a computed response, unless the server was built with an
 * extension, so this stub computes its response when WireMock reads it: WireMock matches a request and reads the response
 * of the first stub that matches, on one thread. Read at any other time, the response is a placeholder. Thread-safe.
 */
final class ProviderStub extends StubMapping {

    /** The request that matched last on this thread. */
    private static final ThreadLocal<@Nullable Served> SERVED = new ThreadLocal<>();

    private final Function<RawRequest, HostedResponse> providers;

    /** A request that matched, and its response once it is computed. Not thread-safe; used by one thread. */
    private static final class Served {
        private final ProviderStub stub;
        private final Request request;
        private Optional<ResponseDefinition> response = Optional.empty();

        Served(ProviderStub stub, Request request) {
            this.stub = stub;
            this.request = request;
        }

        ResponseDefinition response() {
            ResponseDefinition sent =
                    response.orElseGet(() -> SentResponse.of(stub.providers.apply(ReceivedRequest.of(request))));
            response = Optional.of(sent);
            return sent;
        }
    }

    /** @param journaled returns whether WireMock reads a request from its journal, to compare it for a report */
    ProviderStub(String basePath, Function<RawRequest, HostedResponse> providers, Predicate<Request> journaled) {
        this.providers = providers;
        setName("mock providers of Evertoken");
        setPersistent(false);
        setRequest(RequestPatternBuilder.newRequestPattern()
                .withUrl(WireMock.urlPathMatching(basePath + "/.*"))
                .andMatching(matcher(journaled))
                .build());
        setResponse(WireMock.aResponse()
                .withBody("computed by a mock provider for each request")
                .build());
    }

    private ValueMatcher<Request> matcher(Predicate<Request> journaled) {
        return request -> {
            if (journaled.test(request)) {
                return MatchResult.noMatch();
            }
            SERVED.set(new Served(this, request));
            return MatchResult.exactMatch();
        };
    }

    @Override
    public ResponseDefinition getResponse() {
        Served served = SERVED.get();
        return served != null && served.stub.getId().equals(getId()) ? served.response() : super.getResponse();
    }
}
