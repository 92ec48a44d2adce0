package dev.evertoken.mirror;

import dev.evertoken.model.TokenKey;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The path of a request, in which the segments {@code {user_id}} and {@code {registration}} stand for those of an
 * account. Immutable.
 */
public final class PathTemplate {

    private static final String USER_ID = "{user_id}";
    private static final String REGISTRATION = "{registration}";
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@%-]*");

    private final List<String> segments;

    private PathTemplate(List<String> segments) {
        this.segments = segments;
    }

    /**
     * Returns a template.
     *
     * @throws IllegalArgumentException if the path does not start with a slash, or has a segment that is neither a
     *     placeholder nor made of characters that a path may have
     */
    public static PathTemplate of(String template) {
        if (!template.startsWith("/")) {
            throw new IllegalArgumentException("the path \"" + template + "\" does not start with a slash");
        }
        List<String> segments = List.of(template.substring(1).split("/", -1));
        for (String segment : segments) {
            boolean placeholder = segment.equals(USER_ID) || segment.equals(REGISTRATION);
            if (!placeholder && !LITERAL.matcher(segment).matches()) {
                throw new IllegalArgumentException("the path \"" + template + "\" has the segment \"" + segment
                        + "\"; a segment is plain text, {user_id} or {registration}");
            }
        }
        return new PathTemplate(segments);
    }

    /** Returns whether the path names the user. */
    boolean hasUserId() {
        return segments.contains(USER_ID);
    }

    /** Returns whether the path names the registration. */
    boolean hasRegistration() {
        return segments.contains(REGISTRATION);
    }

    /**
     * Returns the address for an account below the address of a receiver; empty if an id is {@code .} or {@code ..},
     * which would lead to another path.
     */
    Optional<URI> resolve(URI base, TokenKey account, String userId) {
        if (isDots(userId) || isDots(account.registration())) {
            return Optional.empty();
        }
        String path = segments.stream()
                .map(segment -> switch (segment) {
                    case USER_ID -> encode(userId);
                    case REGISTRATION -> encode(account.registration());
                    default -> segment;
                })
                .collect(Collectors.joining("/", "/", ""));
        String start = base.toString();
        return Optional.of(URI.create((start.endsWith("/") ? start.substring(0, start.length() - 1) : start) + path));
    }

    /** Returns whether an undecoded path has the form of this template. */
    public boolean matches(String rawPath) {
        List<String> path = split(rawPath);
        if (path.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (isPlaceholder(i) ? path.get(i).isEmpty() : !path.get(i).equals(segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the user id in an undecoded path; empty for a path of another form. */
    public Optional<String> userId(String rawPath) {
        int index = segments.indexOf(USER_ID);
        return index >= 0 && matches(rawPath) ? decode(split(rawPath).get(index)) : Optional.empty();
    }

    private boolean isPlaceholder(int index) {
        return segments.get(index).equals(USER_ID) || segments.get(index).equals(REGISTRATION);
    }

    private static List<String> split(String path) {
        return path.startsWith("/") ? List.of(path.substring(1).split("/", -1)) : List.of();
    }

    private static boolean isDots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Optional<String> decode(String segment) {
        try {
            return Optional.of(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the template. */
    @Override
    public String toString() {
        return "/" + String.join("/", segments);
    }
}
