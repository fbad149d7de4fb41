#!/usr/bin/env python3
"""Compares what is on the wire with what was released.

    compare.py [--update] RELEASED BUILT

Both are descriptor sets. What callers may rely on must stay: methods and their types, fields with number, name, type,
label and oneof, values of enums. Additions are fine; --update records them.
"""
import pathlib
import sys

from google.protobuf import descriptor_pb2


def contents(path: str) -> dict[str, str]:
    """Everything that a caller may rely on: its full name -> what it is."""
    files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(path).read_bytes())
    found: dict[str, str] = {}

    def message(prefix: str, m: descriptor_pb2.DescriptorProto) -> None:
        name = f"{prefix}.{m.name}"
        for field in m.field:
            oneof = m.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else ""
            kind = descriptor_pb2.FieldDescriptorProto.Type.Name(field.type)
            label = descriptor_pb2.FieldDescriptorProto.Label.Name(field.label)
            found[f"field {name} #{field.number}"] = f"{field.name} {label} {kind} {field.type_name} {oneof}"
        for nested in m.nested_type:
            message(name, nested)
        for e in m.enum_type:
            enum(name, e)

    def enum(prefix: str, e: descriptor_pb2.EnumDescriptorProto) -> None:
        for value in e.value:
            found[f"value {prefix}.{e.name} #{value.number}"] = value.name

    for file in files.file:
        if not file.package.startswith("lineage."):
            continue
        for m in file.message_type:
            message(file.package, m)
        for e in file.enum_type:
            enum(file.package, e)
        for service in file.service:
            for method in service.method:
                found[f"method {file.package}.{service.name}/{method.name}"] = (
                    f"{'stream ' * method.client_streaming}{method.input_type} -> "
                    f"{'stream ' * method.server_streaming}{method.output_type}")
    return found


def main() -> int:
    update = "--update" in sys.argv
    released_path, built_path = [word for word in sys.argv[1:] if word != "--update"]
    if update:
        pathlib.Path(released_path).write_bytes(pathlib.Path(built_path).read_bytes())
        return 0
    released, built = contents(released_path), contents(built_path)
    if not released:
        print("nothing was released?")
        return 1
    broken = 0
    for name, what in released.items():
        if built.get(name) != what:
            broken += 1
            print(f"{name}: was {what}; is {built.get(name, 'gone')}")
    print(f"{len(released)} parts released, {len(built)} built, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
