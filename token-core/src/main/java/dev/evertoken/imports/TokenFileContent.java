package dev.evertoken.imports;

import dev.evertoken.internal.json.JsonException;
import dev.evertoken.internal.json.JsonLimits;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonParser;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The content of a token file. Not thread-safe. */
final class TokenFileContent {

    private static final JsonParser PARSER =
            new JsonParser(new JsonLimits(16, 40, JsonLimits.Repeated.REJECTED_IF_DIFFERENT));

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String subject;
    private final byte[] bytes;

    /** @param subject the name of the format, with which each message begins */
    TokenFileContent(String subject, byte[] bytes) {
        this.subject = subject;
        this.bytes = bytes;
    }

    String subject() {
        return subject;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Returns the members of the JSON object that the file consists of. */
    TokenFields fields() {
        return fields(subject, text());
    }

    /** Returns the members of a JSON object. */
    static TokenFields fields(String subject, String json) {
        try {
            if (PARSER.parse(json) instanceof JsonObject object) {
                return new TokenFields(subject, object.members());
            }
        } catch (JsonException e) {
            throw new TokenFileException(subject + " " + e.detail());
        }
        throw new TokenFileException(subject + " is not a JSON object");
    }

    /** Returns the text, which must be UTF-8. */
    String text() {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new TokenFileException(subject + " is not text in UTF-8");
        }
    }
}
