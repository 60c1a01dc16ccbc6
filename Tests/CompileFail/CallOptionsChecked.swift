import Tandem

func use(_ options: CallOptions) throws {
  // error: 'checked' is inaccessible due to 'package' protection level
  _ = try options.checked()
}
