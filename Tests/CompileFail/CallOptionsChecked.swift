import Tandem

func use(_ options: CallOptions) {
  // error: 'checked' is inaccessible due to 'package' protection level
  _ = options.checked
}
