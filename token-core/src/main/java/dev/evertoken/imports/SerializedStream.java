package dev.evertoken.imports;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one object from a stream of Java serialization (Java Object Serialization Specification, section 6.4) as data.
 * No class is loaded and no object of the stream is created, so the content cannot run code. Only the classes that the
 * caller allows may occur. Not thread-safe.
 *
 * <p>Proxies, enums, classes as values, externalizable objects, and arrays other than byte arrays are not supported,
 * because no supported file contains them.
 */
final class SerializedStream {

    private static final int MAGIC = 0xaced0005;
    private static final int MAX_DEPTH = 16;

    private static final int NULL = 0x70;
    private static final int REFERENCE = 0x71;
    private static final int CLASS_DESCRIPTION = 0x72;
    private static final int OBJECT = 0x73;
    private static final int STRING = 0x74;
    private static final int ARRAY = 0x75;
    private static final int BLOCK_DATA = 0x77;
    private static final int END_OF_BLOCK_DATA = 0x78;

    private static final int FIRST_HANDLE = 0x7e0000;
    private static final int WRITES_ITSELF = 0x01;
    private static final int SERIALIZABLE = 0x02;

    private final DataInputStream in;
    private final Set<String> allowed;
    /** The values that the stream may refer to, by the order of their handles; empty while a value is being read. */
    private final List<Optional<Object>> handles = new ArrayList<>();

    private int depth;

    /** A field, with its type as in a class file. */
    private record Field(String name, char type) {}

    /** The description of a class, with that of its superclass if it has one. */
    private record Description(String name, int flags, List<Field> fields, Optional<Description> parent) {
        int levels() {
            return 1 + parent.map(Description::levels).orElse(0);
        }
    }

    private SerializedStream(byte[] bytes, Set<String> allowed) {
        this.in = new DataInputStream(new ByteArrayInputStream(bytes));
        this.allowed = allowed;
    }

    /**
     * Reads the object that a stream starts with.
     *
     * @param allowed the names of the classes that may occur
     * @throws IOException if the bytes are not such a stream, or have another class
     */
    static SerializedObject read(byte[] bytes, Set<String> allowed) throws IOException {
        SerializedStream stream = new SerializedStream(bytes, allowed);
        if (stream.in.readInt() != MAGIC
                || !(stream.value(stream.in.readUnsignedByte()).orElse("") instanceof SerializedObject object)) {
            throw new StreamCorruptedException("no object");
        }
        return object;
    }

    /** Reads a value whose type code has been read; empty for null. */
    private Optional<Object> value(int code) throws IOException {
        if (++depth > MAX_DEPTH) {
            throw new StreamCorruptedException("too deep");
        }
        Optional<Object> value = switch (code) {
            case NULL -> Optional.empty();
            case REFERENCE -> Optional.of(referenced());
            case STRING -> Optional.of(text());
            case ARRAY -> Optional.of(bytes());
            case OBJECT -> Optional.of(object());
            default -> throw new StreamCorruptedException("type code " + code);
        };
        depth--;
        return value;
    }

    private Object referenced() throws IOException {
        int index = in.readInt() - FIRST_HANDLE;
        if (index < 0 || index >= handles.size()) {
            throw new StreamCorruptedException("a reference to nothing");
        }
        return handles.get(index).orElseThrow(() -> new StreamCorruptedException("a reference to a part of itself"));
    }

    private String text() throws IOException {
        int handle = newHandle();
        String text = in.readUTF();
        handles.set(handle, Optional.of(text));
        return text;
    }

    private byte[] bytes() throws IOException {
        Description array = description().orElseThrow(() -> new StreamCorruptedException("no class"));
        int handle = newHandle();
        int length = in.readInt();
        if (!array.name().equals("[B") || length < 0 || length > in.available()) {
            throw new StreamCorruptedException("no array of bytes");
        }
        byte[] bytes = in.readNBytes(length);
        handles.set(handle, Optional.of(bytes));
        return bytes;
    }

    private SerializedObject object() throws IOException {
        Description type = description().orElseThrow(() -> new StreamCorruptedException("no class"));
        int handle = newHandle();
        Map<String, Object> fields = new LinkedHashMap<>();
        List<Object> written = new ArrayList<>();
        readParts(type, fields, written);
        SerializedObject object = new SerializedObject(type.name(), fields, written);
        handles.set(handle, Optional.of(object));
        return object;
    }

    /** Reads the parts of an object: those of a superclass precede those of its subclass. */
    private void readParts(Description type, Map<String, Object> fields, List<Object> written) throws IOException {
        if (type.parent().isPresent()) {
            readParts(type.parent().get(), fields, written);
        }
        for (Field field : type.fields()) {
            Optional<Object> value = field(field.type());
            value.ifPresent(some -> fields.put(field.name(), some));
        }
        if ((type.flags() & WRITES_ITSELF) != 0) {
            readWritten(written);
        }
    }

    private Optional<Object> field(char type) throws IOException {
        return switch (type) {
            case 'B' -> Optional.of(in.readByte());
            case 'C' -> Optional.of(in.readChar());
            case 'D' -> Optional.of(in.readDouble());
            case 'F' -> Optional.of(in.readFloat());
            case 'I' -> Optional.of(in.readInt());
            case 'J' -> Optional.of(in.readLong());
            case 'S' -> Optional.of(in.readShort());
            case 'Z' -> Optional.of(in.readBoolean());
            default -> value(in.readUnsignedByte());
        };
    }

    /** Reads values until the end mark; bytes between them, such as the size of a map, are skipped. */
    private void readWritten(List<Object> written) throws IOException {
        int code = in.readUnsignedByte();
        while (code != END_OF_BLOCK_DATA) {
            if (code == BLOCK_DATA) {
                in.skipNBytes(in.readUnsignedByte());
            } else {
                written.add(value(code).orElse(""));
            }
            code = in.readUnsignedByte();
        }
    }

    // ---- classes

    private Optional<Description> description() throws IOException {
        int code = in.readUnsignedByte();
        if (code == NULL) {
            return Optional.empty();
        }
        if (code == REFERENCE && referenced() instanceof Description known) {
            return Optional.of(known);
        }
        if (code != CLASS_DESCRIPTION) {
            throw new StreamCorruptedException("no class");
        }
        return Optional.of(newDescription());
    }

    private Description newDescription() throws IOException {
        if (++depth > MAX_DEPTH) {
            throw new StreamCorruptedException("too deep");
        }
        String name = in.readUTF();
        if (!allowed.contains(name)) {
            throw new StreamCorruptedException("a class that is not allowed");
        }
        long unusedVersion = in.readLong(); // only the names and types of fields matter
        int handle = newHandle();
        int flags = in.readUnsignedByte();
        if ((flags & ~(WRITES_ITSELF | SERIALIZABLE)) != 0) {
            throw new StreamCorruptedException("an unsupported class");
        }
        List<Field> fields = new ArrayList<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            char type = (char) in.readUnsignedByte();
            fields.add(new Field(in.readUTF(), type));
            if (type == 'L' || type == '[') {
                Optional<Object> unusedClassName = value(in.readUnsignedByte());
            }
        }
        if (in.readUnsignedByte() != END_OF_BLOCK_DATA) {
            throw new StreamCorruptedException("an annotated class");
        }
        Description description = new Description(name, flags, fields, description());
        if (description.levels() > MAX_DEPTH) {
            throw new StreamCorruptedException("too deep");
        }
        handles.set(handle, Optional.of(description));
        depth--;
        return description;
    }

    private int newHandle() {
        handles.add(Optional.empty());
        return handles.size() - 1;
    }
}
