package dev.evertoken.spring.web;

import dev.evertoken.console.ConsoleHandler;
import dev.evertoken.console.ConsoleRequest;
import dev.evertoken.console.ConsoleResponse;
import dev.evertoken.console.ConsoleUser;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The console below a path of an application, with the security of the application. The console has its own protection
 * against forged requests, so exempt the requests below the path from that of Spring Security. Thread-safe.
 */
public final class ConsoleRoutes {

    /** More than the console accepts, so that it refuses a larger body itself. */
    private static final int LARGEST_BODY = 64 * 1024;

    private final ConsoleHandler console;
    private final Function<HttpServletRequest, Optional<ConsoleUser>> users;

    private ConsoleRoutes(ConsoleHandler console, Function<HttpServletRequest, Optional<ConsoleUser>> users) {
        this.console = console;
        this.users = users;
    }

    /**
     * Returns the routes of a console, for a bean of the application.
     *
     * @param path the path in the application, such as {@code /ops/tokens}; the handler has the same path, after the
     *     context path of the application
     * @param users returns the user of a request; empty without a login, or if the user may not use the console, which
     *     is answered with 403
     */
    public static RouterFunction<ServerResponse> below(
            String path, ConsoleHandler console, Function<HttpServletRequest, Optional<ConsoleUser>> users) {
        ConsoleRoutes routes = new ConsoleRoutes(console, users);
        return RouterFunctions.route(RequestPredicates.path(path + "/**"), routes::respond);
    }

    private ServerResponse respond(ServerRequest request) throws IOException {
        Optional<ConsoleUser> user = users.apply(request.servletRequest());
        if (user.isEmpty()) {
            return ServerResponse.status(HttpStatus.FORBIDDEN).build();
        }
        Optional<ConsoleRequest> passed = passed(request);
        return passed.isEmpty()
                ? ServerResponse.badRequest().build()
                : response(console.handle(passed.get(), user.get()));
    }

    /** Returns the request as it was sent; empty if its address has a malformed percent-encoding. */
    private static Optional<ConsoleRequest> passed(ServerRequest request) throws IOException {
        HttpServletRequest servlet = request.servletRequest();
        String query = servlet.getQueryString();
        byte[] body = servlet.getInputStream().readNBytes(LARGEST_BODY);
        try {
            return Optional.of(ConsoleRequest.of(
                    servlet.getMethod(),
                    servlet.getRequestURI() + (query == null ? "" : "?" + query),
                    headers(servlet),
                    body));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<String, List<String>> headers(HttpServletRequest request) {
        return Collections.list(request.getHeaderNames()).stream()
                .collect(Collectors.toMap(name -> name, name -> Collections.list(request.getHeaders(name))));
    }

    private static ServerResponse response(ConsoleResponse console) {
        return ServerResponse.status(console.status())
                .headers(headers -> console.headers().forEach(headers::set))
                .body(console.body());
    }
}
